// SPDX-License-Identifier: Apache-2.0
//
// One S3 request from its parts to its answer: addressed, signed, sent, judged and,
// where that helps, sent again.  The operations are built on this and know nothing of
// hosts, regions, credentials or retries.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <pugixml.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "store/open_store.h"
#include "store/s3/endpoint.h"
#include "store/s3/errors.h"
#include "store/s3/http.h"
#include "store/s3/sender.h"

namespace pqpack {

struct S3Request {
  S3Request(const Operation& op, std::string verb, Uri where)
      : operation(op), method(std::move(verb)), uri(std::move(where)) {}

  const Operation& operation;
  std::string method;
  Uri uri;                 // what errors and events name
  bool on_bucket = false;  // the request's path is the bucket's, not the key's
  std::vector<std::pair<std::string, std::string>> query;
  HttpHeaders headers;
  Bytes body;  // borrowed during the call

  // The document that a 2xx answer must be; nullptr where the body does not matter.
  // An <Error> in its place is an error: Complete and copies answer 200 too early.
  const char* root = nullptr;
  int64_t body_limit = 16 * kMiB;  // of an answer that is parsed

  // Takes the body of a 2xx answer (HttpRequest::on_body), which must have at least one
  // byte.  kTransient says that this answer is not as it should be, and the request is tried
  // again; any other error ends it.  Messages need not name `uri`.
  std::function<Status(const HttpResponse& head, Bytes piece)> on_body;
  // Called before each attempt but the first; may change headers.
  std::function<void(S3Request& request)> before_retry;

  std::chrono::seconds patience{30};
  std::chrono::seconds grace{0};        // as HttpRequest has it
  int max_attempts = 100;               // the governor's limit counts too
  std::optional<std::stop_token> stop;  // in place of the store's
};

struct S3Answer {
  HttpHeaders headers;
  pugi::xml_node root;  // into `document`
  pugi::xml_document document;

  // The value of a header, empty if it is not there.
  std::string Header(std::string_view name) const;
  // The time of the server, which stands for the time of what it did.
  TimePoint Date() const;
};

// Thread-safe.
class S3Client {
 public:
  static Result<std::unique_ptr<S3Client>> Make(const StoreConfig& config,
                                                AwsSenderParts parts = {});

  // Fails with the error of the last attempt (errors.h), the error of on_body with the URI in
  // front, or kCancelled.
  Result<S3Answer> Send(S3Request request);

  const StoreConfig& config() const { return config_; }

 private:
  S3Client(const StoreConfig& config, AwsSenderParts parts, std::optional<Endpoint> custom,
           std::string ca_bundle);

  HttpResult SendOnce(const S3Request& request, const Credentials& credentials,
                      const std::string& region, std::chrono::sys_seconds time,
                      const std::stop_token& stop);

  const StoreConfig config_;
  const std::optional<Endpoint> custom_endpoint_;
  HttpClient http_;
  AwsSender sender_;
  BucketRegions regions_;
};

}  // namespace pqpack
