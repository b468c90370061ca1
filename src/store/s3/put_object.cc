// SPDX-License-Identifier: Apache-2.0
//
// Lost answers.  A conditional write whose answer is lost is sent again and then meets
// its own object: 412, or 404 NoSuchUpload for a Complete.  Who wrote it can't be told
// from the ETag (with KMS it is no MD5, for multipart uploads it depends on the parts)
// and a 32-bit checksum is no proof, so every write carries a random mark in the
// object's metadata, and one HEAD reads it.  A duplicate sent by libcurl itself, on a
// connection that had gone stale, is resolved in the same way.
#include "store/s3/put_object.h"

#include <array>
#include <random>

#include "base/hex.h"
#include "store/s3/digest.h"
#include "store/s3/xml.h"

namespace pqpack {
namespace {

constexpr char kMarkHeader[] = "x-amz-meta-pqpack-write";

// A look after ten attempts to write should not take as long again.
constexpr int kMostLooks = 4;

// The object's version if it bears `mark`.
std::optional<PublishedObject> FindMarked(S3Client* client, const Uri& uri,
                                          const std::string& mark) {
  S3Request request(kHeadObject, "HEAD", uri);
  request.max_attempts = kMostLooks;
  const auto answer = client->Send(std::move(request));
  if (!answer.ok() || answer->Header(kMarkHeader) != mark) return std::nullopt;
  return PublishedObject{BareEtag(answer->Header("etag")), answer->Date()};
}

bool IsConditionFailure(const Status& failure) {
  return CodeOf(failure) == ErrorCode::kSourceChanged;
}

// The failure of a write in the words of its condition.
Status Translate(const Uri& uri, const WriteCondition& condition, const Status& failure) {
  switch (condition.kind) {
    case WriteCondition::kIfAbsent:
      if (!IsConditionFailure(failure)) break;
      return Error(ErrorCode::kAlreadyExists, uri.ToString() + ": the name is taken",
                   "Run again: what exists is skipped.");
    case WriteCondition::kIfMatch:
      // Without an object there is nothing to match: 404 NoSuchKey.
      if (!IsConditionFailure(failure) && S3CodeOf(failure) != "NoSuchKey") break;
      return Error(ErrorCode::kSourceChanged,
                   uri.ToString() + ": another writer has changed it in the meantime",
                   "Run again.");
    case WriteCondition::kOverwrite:
      break;
  }
  return failure;
}

}  // namespace

std::string NewWriteMark() {
  std::random_device random;
  std::string raw;
  for (int i = 0; i < 4; ++i) {
    const std::array<uint32_t, 1> word = {random()};
    raw.append(reinterpret_cast<const char*>(word.data()), sizeof(uint32_t));
  }
  return ToHex(raw);
}

HttpHeaders CreationHeaders(const S3Config& config, const std::string& mark) {
  HttpHeaders headers = {{kMarkHeader, mark}};
  if (!config.sse.empty()) headers.emplace_back("x-amz-server-side-encryption", config.sse);
  if (!config.sse_kms_key_id.empty()) {
    headers.emplace_back("x-amz-server-side-encryption-aws-kms-key-id", config.sse_kms_key_id);
  }
  return headers;
}

HttpHeaders ConditionHeaders(const WriteCondition& condition) {
  switch (condition.kind) {
    case WriteCondition::kIfAbsent:
      return {{"if-none-match", "*"}};
    case WriteCondition::kIfMatch:
      return {{"if-match", '"' + condition.etag + '"'}};
    case WriteCondition::kOverwrite:
      break;
  }
  return {};
}

Result<PublishedObject> ResolvePublish(S3Client* client, const Uri& uri, const std::string& mark,
                                       const WriteCondition& condition, const Status& failure) {
  switch (CodeOf(failure)) {
    case ErrorCode::kSourceChanged:
    case ErrorCode::kTransient:
    case ErrorCode::kThrottled:
      if (auto published = FindMarked(client, uri, mark)) return *published;
      break;
    default:  // refused for good: nothing was written, or nobody may look
      break;
  }
  return Translate(uri, condition, failure);
}

Result<PublishedObject> PutObject(S3Client* client, const Uri& uri, const WriteCondition& condition,
                                  Bytes data) {
  const std::string mark = NewWriteMark();
  S3Request request(kPutObject, "PUT", uri);
  request.headers = CreationHeaders(client->config().s3, mark);
  for (auto& header : ConditionHeaders(condition)) request.headers.push_back(std::move(header));
  request.headers.emplace_back("x-amz-checksum-crc32c", Crc32cBase64(data));
  request.body = data;
  const auto answer = client->Send(std::move(request));
  if (!answer.ok()) return ResolvePublish(client, uri, mark, condition, answer.status());
  return PublishedObject{BareEtag(answer->Header("etag")), answer->Date()};
}

}  // namespace pqpack
