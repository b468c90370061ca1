// SPDX-License-Identifier: Apache-2.0
//
// The requests of a multipart upload, one function each.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "store/object_store.h"
#include "store/s3/client.h"

namespace pqpack {

// S3's limits ("Amazon S3 multipart upload limits", user guide).
constexpr int kMaxParts = 10'000;
constexpr int64_t kMinPart = 5 * kMiB;  // all parts but the last
constexpr int64_t kMaxPart = 5 * kGiB;

// What guards the parts on their way.
enum class PartCheck {
  kCrc32c,  // a CRC32C for every part, kept with the object
  kMd5,     // Content-MD5 for the parts sent from here; the only way for copied parts
};

struct MultipartUpload {
  Uri uri;
  std::string id;
  PartCheck check = PartCheck::kCrc32c;
};

struct UploadedPart {
  int number = 0;      // 1 to kMaxParts
  std::string etag;    // with quotes, as the store gave it
  std::string crc32c;  // empty with PartCheck::kMd5
};

// `headers` as CreationHeaders() makes them.
Result<MultipartUpload> CreateUpload(S3Client* client, const Uri& uri, PartCheck check,
                                     HttpHeaders headers);

Result<UploadedPart> UploadPart(S3Client* client, const MultipartUpload& upload, int number,
                                Bytes data, std::stop_token stop);

// The part is a range of an object of the same store; no byte passes through here.
// For an upload with PartCheck::kMd5.  kSourceChanged if `source` is another version by
// now, kInvalid if the range does not lie inside it.
Result<UploadedPart> UploadPartCopy(S3Client* client, const MultipartUpload& upload, int number,
                                    const ObjectId& source, ByteRange range, std::stop_token stop);

// Publishes.  `parts` in order of their numbers; returns the ETag's object.
Result<S3Answer> CompleteUpload(S3Client* client, const MultipartUpload& upload,
                                const std::vector<UploadedPart>& parts, HttpHeaders conditions);

// Success if it is gone already.  Goes out whatever is stopped, and does not try long.
Status AbortUpload(S3Client* client, const MultipartUpload& upload);

// ObjectStore::Unfinished: uploads for `folder` itself or names below it.  MinIO lists
// only uploads of exactly the name asked for.
Result<std::vector<UnfinishedWrite>> ListUploads(S3Client* client, const Uri& folder);

}  // namespace pqpack
