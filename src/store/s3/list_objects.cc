// SPDX-License-Identifier: Apache-2.0
//
// Keys may hold characters that XML can't, so they are asked for URL-encoded.  A
// server that ignores this (versitygw 1.8.0) leaves <EncodingType> out, and its keys
// must not be decoded.
#include "store/s3/list_objects.h"

#include <utility>

#include "store/s3/uri_encode.h"
#include "store/s3/xml.h"

namespace pqpack {
namespace {

constexpr int kPageSize = 1000;  // S3's most
constexpr char kRoot[] = "ListBucketResult";

Status Malformed(const std::string& what) {
  return Error(ErrorCode::kTransient, "the server's listing has " + what,
               "Check that the endpoint is an S3 store.");
}

Result<ObjectInfo> ParseObject(const pugi::xml_node& node, const std::string& bucket,
                               bool is_encoded) {
  ObjectInfo object;
  auto key = std::make_optional(ChildText(node, "Key"));
  if (is_encoded) key = UriDecode(*key);
  const auto size = ParseSize(ChildText(node, "Size"));
  const auto modified = ParseIsoTime(ChildText(node, "LastModified"));
  object.etag = BareEtag(ChildText(node, "ETag"));
  if (!key || key->empty()) return Malformed("an object without a readable key");
  if (!size || !modified || object.etag.empty()) {
    return Malformed("no valid size, time or ETag for '" + *key + "'");
  }
  object.uri = {Scheme::kS3, bucket, std::move(*key)};
  object.size = *size;
  object.modified = *modified;
  return object;
}

Result<ObjectPage> FetchPage(S3Client* client, const Uri& where, int page_size,
                             const std::string& token) {
  S3Request request(kListObjects, "GET", where);
  request.on_bucket = true;
  request.query = {{"list-type", "2"},
                   {"encoding-type", "url"},
                   {"max-keys", std::to_string(page_size)},
                   {"prefix", where.key}};
  if (!token.empty()) request.query.emplace_back("continuation-token", token);
  request.root = kRoot;
  PQ_ASSIGN(auto answer, client->Send(std::move(request)));
  auto page = ParseObjectPage(answer.root, where.bucket);
  if (!page.ok()) return Within(where.ToString(), page.status());
  return page;
}

class ObjectListing : public Listing {
 public:
  ObjectListing(S3Client* client, Uri folder, ObjectPage first)
      : client_(client), folder_(std::move(folder)), page_(std::move(first)) {}

  Result<std::vector<ObjectInfo>> Next() override {
    // A page may be empty and yet not be the last one.
    while (page_.objects.empty() && !page_.next.empty()) {
      PQ_ASSIGN(auto next, FetchPage(client_, folder_, kPageSize, page_.next));
      if (next.next == page_.next) {
        return Within(folder_.ToString(), Malformed("a page that is followed by itself"));
      }
      page_ = std::move(next);
      DropFolderMarker();
    }
    return std::exchange(page_.objects, {});
  }

  // The object that a console makes for an empty folder is the folder itself, not
  // something below it.
  void DropFolderMarker() {
    std::erase_if(page_.objects, [&](const ObjectInfo& object) { return object.uri == folder_; });
  }

 private:
  S3Client* client_;
  Uri folder_;
  ObjectPage page_;
};

}  // namespace

Result<ObjectPage> ParseObjectPage(const pugi::xml_node& root, const std::string& bucket) {
  ObjectPage page;
  const bool is_encoded = ChildText(root, "EncodingType") == "url";
  for (const auto& node : root.children("Contents")) {
    PQ_ASSIGN(auto object, ParseObject(node, bucket, is_encoded));
    page.objects.push_back(std::move(object));
  }
  if (ChildText(root, "IsTruncated") == "true") {
    page.next = ChildText(root, "NextContinuationToken");
    if (page.next.empty()) return Malformed("more pages but no token for them");
  }
  return page;
}

Result<std::unique_ptr<Listing>> ListObjects(S3Client* client, const Uri& folder) {
  const Uri where = folder.AsFolder();
  PQ_ASSIGN(auto first, FetchPage(client, where, kPageSize, ""));
  auto listing = std::make_unique<ObjectListing>(client, where, std::move(first));
  listing->DropFolderMarker();
  return listing;
}

Result<ObjectInfo> FindObject(S3Client* client, const Uri& uri) {
  std::string token;
  do {
    PQ_ASSIGN(auto page, FetchPage(client, uri, 1, token));
    if (!page.objects.empty()) {
      if (page.objects.front().uri == uri) return std::move(page.objects.front());
      break;
    }
    token = page.next;
  } while (!token.empty());
  return Error(ErrorCode::kNotFound, uri.ToString() + ": there is no such object");
}

}  // namespace pqpack
