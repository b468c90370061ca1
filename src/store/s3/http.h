// SPDX-License-Identifier: Apache-2.0
//
// Blocking HTTP/1.1 over libcurl, for S3 and for AWS's JSON services.
//
// An HttpClient keeps idle handles, each with its connections, and hands the one
// used last to the next caller, so connections are reused across threads.
// Certificates are always verified.  Redirects are not followed: they are answers
// to judge.  The path is sent exactly as given, because it is what was signed.
// libcurl itself honours https_proxy, http_proxy and no_proxy.
//
// An answer of any status is a success here.  A request that got no complete
// answer has a `failure`; whether it is worth another try is not decided here.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/status.h"

namespace pqpack {

// Names of answers are lower case.
using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

// The first value of `name` (lower case), or nullptr.
const std::string* FindHeader(const HttpHeaders& headers, std::string_view name);

struct HttpResponse {
  int status = 0;
  HttpHeaders headers;
  std::string body;  // unless it went to HttpRequest::on_body
};

struct HttpRequest {
  std::string method;
  std::string url;
  // Everything that is sent, Host included; nothing is added but Content-Length.
  HttpHeaders headers;
  Bytes body;  // borrowed during the call
  // Takes the body of a 2xx answer piece by piece; an error ends the transfer and
  // is the result.  Status and headers are complete by then.  Without it, and for
  // other statuses, the body is collected, up to `body_limit` bytes.
  std::function<Status(const HttpResponse& head, Bytes piece)> on_body;
  int64_t body_limit = 64 * kKiB;
  // Less than 1 KiB/s for this long ends the request: raise it where the server
  // works in silence before it answers.
  std::chrono::seconds patience{30};
  std::stop_token stop;
  // How long the answer is still waited for once `stop` is requested.
  std::chrono::seconds grace{0};
};

enum class TransportError {
  kConnect,  // name, route or port: nothing was sent
  kTls,      // no trust: certificate or CA bundle
  kBroken,   // the connection ended before the answer was complete
  kTimeout,  // no progress
  kTooLong,  // the answer is above body_limit
  kStopped,  // `stop` was requested
  kUrl,      // not something to connect to
};

struct HttpResult {
  HttpResponse response;  // what arrived, also with a failure
  std::optional<TransportError> failure;
  std::string failure_text;    // libcurl's words
  Status sink;                 // the error of on_body
  int64_t bytes_received = 0;  // of bodies
};

// The certificates to trust: `configured`, or the first of the places where
// distributions keep them.  kConfig if there is no such file.
Result<std::string> FindCaBundle(const std::string& configured);

// Thread-safe.
class HttpClient {
 public:
  // `ca_bundle` may be empty if only http:// is asked for.
  explicit HttpClient(std::string ca_bundle);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  HttpResult Perform(const HttpRequest& request);

 private:
  struct CloseHandle {
    void operator()(void* handle) const;
  };
  using Handle = std::unique_ptr<void, CloseHandle>;  // a CURL*

  Handle Take();
  void Give(Handle handle);

  const std::string ca_bundle_;
  std::mutex mutex_;
  std::vector<Handle> idle_;
};

// libcurl's global start-up, once per process; HttpClient calls it too.  A program
// with threads calls it before it starts them.
void InitHttp();

}  // namespace pqpack
