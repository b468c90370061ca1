// SPDX-License-Identifier: Apache-2.0
//
// PutObject, and what all writes have in common: condition, encryption, checksum, and
// the mark by which a write whose answer was lost is known again.
#pragma once

#include <optional>
#include <string>

#include "store/object_store.h"
#include "store/s3/client.h"

namespace pqpack {

// Random, new for each write; kept by the store as x-amz-meta-pqpack-write.
std::string NewWriteMark();

// Headers for the request that makes the object: PutObject or CreateMultipartUpload.
HttpHeaders CreationHeaders(const S3Config& config, const std::string& mark);

// The header for the request that publishes it: PutObject or CompleteMultipartUpload.
HttpHeaders ConditionHeaders(const WriteCondition& condition);

struct PublishedObject {
  std::string etag;
  TimePoint modified;
};

// What `failure` of the publishing request means.  If the object there bears `mark`,
// an earlier attempt arrived and only its answer was lost: a success.  Otherwise the
// failure, in the words of the condition (kAlreadyExists, kSourceChanged).
Result<PublishedObject> ResolvePublish(S3Client* client, const Uri& uri, const std::string& mark,
                                       const WriteCondition& condition, const Status& failure);

Result<PublishedObject> PutObject(S3Client* client, const Uri& uri, const WriteCondition& condition,
                                  Bytes data);

}  // namespace pqpack
