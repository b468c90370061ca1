// SPDX-License-Identifier: Apache-2.0
//
// Parts carry a CRC32C each (checksum type COMPOSITE), and Complete names them again.
// An upload with copied parts is created without a checksum algorithm, because only AWS
// can do both: MinIO refuses the copy ("checksum missing"), and versitygw 1.8.0 takes
// the source's checksum for the part's, which Complete refuses if the source was itself
// uploaded in parts.  AWS in turn refuses a CRC32C that the upload did not announce.
//
// A lost answer of CreateMultipartUpload leaves an upload whose id nobody knows, next to
// the one that the second try begins.  It is left alone here: ListMultipartUploads would show
// it, but by key, initiator and time only (an upload's metadata, and so our mark, is shown by
// no request), and all of these it may share with an upload that another live writer of the
// name has just begun.  To abort that one would cost the other writer its file, while the
// orphan costs nothing, having no parts.  The next run over the name removes it
// (run/leftovers.h).
#include "store/s3/multipart.h"

#include <fmt/format.h>

#include <utility>

#include "store/s3/digest.h"
#include "store/s3/uri_encode.h"
#include "store/s3/xml.h"

namespace pqpack {
namespace {

// The server works before it answers: it copies, or joins thousands of parts.
constexpr std::chrono::seconds kServerWorks{300};
constexpr std::chrono::seconds kAbortPatience{10};
// An upload whose id never came can't be aborted: a stop waits that long for it.
constexpr std::chrono::seconds kIdGrace{3};
constexpr int kAbortAttempts = 3;

void AddPart(S3Request* request, const MultipartUpload& upload, int number) {
  request->query = {{"partNumber", std::to_string(number)}, {"uploadId", upload.id}};
}

Status NoEtag(const Uri& uri) {
  return Error(ErrorCode::kTransient, uri.ToString() + ": the server gave no ETag for a part",
               "Check that the endpoint is an S3 store.");
}

}  // namespace

Result<MultipartUpload> CreateUpload(S3Client* client, const Uri& uri, PartCheck check,
                                     HttpHeaders headers) {
  S3Request request(kCreateUpload, "POST", uri);
  request.query = {{"uploads", ""}};
  request.headers = std::move(headers);
  if (check == PartCheck::kCrc32c) {
    request.headers.emplace_back("x-amz-checksum-algorithm", "CRC32C");
  }
  request.root = "InitiateMultipartUploadResult";
  request.grace = kIdGrace;
  PQ_ASSIGN(const auto answer, client->Send(std::move(request)));
  MultipartUpload upload{uri, ChildText(answer.root, "UploadId"), check};
  if (upload.id.empty()) {
    return Error(ErrorCode::kTransient, uri.ToString() + ": the server gave no upload id",
                 "Check that the endpoint is an S3 store.");
  }
  return upload;
}

Result<UploadedPart> UploadPart(S3Client* client, const MultipartUpload& upload, int number,
                                Bytes data, std::stop_token stop) {
  UploadedPart part{number, {}, {}};
  S3Request request(kUploadPart, "PUT", upload.uri);
  AddPart(&request, upload, number);
  switch (upload.check) {
    case PartCheck::kCrc32c:
      part.crc32c = Crc32cBase64(data);
      request.headers = {{"x-amz-checksum-crc32c", part.crc32c}};
      break;
    case PartCheck::kMd5:
      request.headers = {{"content-md5", Md5Base64(data)}};
      break;
  }
  request.body = data;
  request.stop = std::move(stop);
  PQ_ASSIGN(const auto answer, client->Send(std::move(request)));
  part.etag = answer.Header("etag");
  if (part.etag.empty()) return NoEtag(upload.uri);
  return part;
}

Result<UploadedPart> UploadPartCopy(S3Client* client, const MultipartUpload& upload, int number,
                                    const ObjectId& source, ByteRange range, std::stop_token stop) {
  S3Request request(kUploadPartCopy, "PUT", upload.uri);
  AddPart(&request, upload, number);
  request.headers = {
      {"x-amz-copy-source", UriEncode('/' + source.uri.bucket + '/' + source.uri.key, "/")},
      {"x-amz-copy-source-if-match", '"' + source.etag + '"'},
      {"x-amz-copy-source-range", fmt::format("bytes={}-{}", range.offset, range.end() - 1)}};
  request.root = "CopyPartResult";
  request.patience = kServerWorks;
  request.stop = std::move(stop);
  const auto answer = client->Send(std::move(request));
  if (!answer.ok()) {
    const std::string code = S3CodeOf(answer.status());
    if (code == "InvalidArgument" || code == "InvalidRange") {
      return Error(ErrorCode::kInvalid,
                   fmt::format("{}: UploadPartCopy of bytes {} to {}: {}", source.uri.ToString(),
                               range.offset, range.end() - 1, code));
    }
    if (CodeOf(answer.status()) != ErrorCode::kSourceChanged) return answer.status();
    return Error(ErrorCode::kSourceChanged,
                 source.uri.ToString() + ": the object is not the one that was listed",
                 "Run again: it will be listed anew.");
  }
  UploadedPart part{number, ChildText(answer->root, "ETag"), {}};
  if (part.etag.empty()) return NoEtag(upload.uri);
  return part;
}

Result<S3Answer> CompleteUpload(S3Client* client, const MultipartUpload& upload,
                                const std::vector<UploadedPart>& parts, HttpHeaders conditions) {
  std::string body = "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">";
  for (const auto& part : parts) {
    body += "<Part><PartNumber>" + std::to_string(part.number) + "</PartNumber><ETag>" +
            XmlEscape(part.etag) + "</ETag>";
    if (!part.crc32c.empty()) {
      body += "<ChecksumCRC32C>" + XmlEscape(part.crc32c) + "</ChecksumCRC32C>";
    }
    body += "</Part>";
  }
  body += "</CompleteMultipartUpload>";

  S3Request request(kCompleteUpload, "POST", upload.uri);
  request.query = {{"uploadId", upload.id}};
  request.headers = std::move(conditions);
  request.headers.emplace_back("content-type", "application/xml");
  request.body = AsBytes(body);
  request.root = "CompleteMultipartUploadResult";
  request.patience = kServerWorks;
  return client->Send(std::move(request));
}

Status AbortUpload(S3Client* client, const MultipartUpload& upload) {
  S3Request request(kAbortUpload, "DELETE", upload.uri);
  request.query = {{"uploadId", upload.id}};
  request.patience = kAbortPatience;
  request.max_attempts = kAbortAttempts;
  request.stop = std::stop_token();
  const Status status = client->Send(std::move(request)).status();
  return S3CodeOf(status) == "NoSuchUpload" ? Status::OK() : status;
}

Result<std::vector<UnfinishedWrite>> ListUploads(S3Client* client, const Uri& folder) {
  const std::string below = folder.AsFolder().key;
  std::vector<UnfinishedWrite> uploads;
  std::string key_marker, id_marker;
  while (true) {
    S3Request request(kListUploads, "GET", folder);
    request.on_bucket = true;
    request.query = {{"uploads", ""}, {"encoding-type", "url"}, {"prefix", folder.key}};
    if (!key_marker.empty()) {
      request.query.emplace_back("key-marker", key_marker);
      request.query.emplace_back("upload-id-marker", id_marker);
    }
    request.root = "ListMultipartUploadsResult";
    const auto sent = client->Send(std::move(request));
    if (S3CodeOf(sent.status()) == "NoSuchBucket") return uploads;
    PQ_RETURN_NOT_OK(sent.status());
    const pugi::xml_node root = sent->root;

    const bool is_encoded = ChildText(root, "EncodingType") == "url";
    const auto decode = [&](std::string text) {
      return is_encoded ? UriDecode(text).value_or("") : std::move(text);
    };
    for (const auto& node : root.children("Upload")) {
      const std::string key = decode(ChildText(node, "Key"));
      const auto started = ParseIsoTime(ChildText(node, "Initiated"));
      if (!started || !(key == folder.key || key.starts_with(below))) continue;
      uploads.push_back({{Scheme::kS3, folder.bucket, key}, ChildText(node, "UploadId"), *started});
    }
    const std::string next_key = decode(ChildText(root, "NextKeyMarker"));
    const std::string next_id = ChildText(root, "NextUploadIdMarker");
    const bool is_progress =
        !next_key.empty() && std::pair(next_key, next_id) != std::pair(key_marker, id_marker);
    if (ChildText(root, "IsTruncated") != "true" || !is_progress) return uploads;
    key_marker = next_key;
    id_marker = next_id;
  }
}

}  // namespace pqpack
