// SPDX-License-Identifier: Apache-2.0
//
// One easy handle per request in flight.  libcurl does not allow connections to be
// shared between threads (CURL_LOCK_DATA_CONNECT, libcurl-share(3)), so the handles
// with their connection caches are what is shared: last in, first out, which keeps
// few connections busy instead of many idle.
#include "store/s3/http.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <filesystem>
#include <optional>
#include <system_error>

namespace pqpack {
namespace {

constexpr long kConnectSeconds = 10;
constexpr long kSlowBytesPerSecond = 1024;
constexpr long kTransferBuffer = 512 * kKiB;
constexpr size_t kMaxIdleHandles = 128;
constexpr size_t kMaxHeaderBytes = 256 * kKiB;

constexpr std::array<const char*, 6> kCaBundles = {
    "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Ubuntu, Arch, Alpine
    "/etc/pki/tls/certs/ca-bundle.crt",                   // Fedora, RHEL 6, Amazon Linux
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // RHEL 7 and later
    "/etc/ssl/ca-bundle.pem",                             // SUSE
    "/etc/ssl/cert.pem",                                  // Alpine, macOS, BSD
    "/usr/local/share/certs/ca-root-nss.crt",             // FreeBSD
};

int StatusOf(CURL* curl) {
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  return static_cast<int>(status);
}

// What one transfer's callbacks work on.
struct Transfer {
  CURL* curl = nullptr;
  const HttpRequest& request;
  HttpResult& result;
  size_t header_bytes = 0;
  std::optional<std::chrono::steady_clock::time_point> stopped{};
};

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

// Both callbacks return less than `size` to end the transfer.
size_t OnHeader(char* data, size_t, size_t size, void* opaque) {
  auto& transfer = *static_cast<Transfer*>(opaque);
  const std::string_view line = Trim({data, size});
  auto& headers = transfer.result.response.headers;
  if (line.starts_with("HTTP/")) headers.clear();  // a 100 or a proxy's answer came before
  transfer.header_bytes += size;
  if (transfer.header_bytes > kMaxHeaderBytes) return 0;
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return size;
  std::string name(line.substr(0, colon));
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  headers.emplace_back(std::move(name), std::string(Trim(line.substr(colon + 1))));
  return size;
}

size_t OnBody(char* data, size_t, size_t size, void* opaque) {
  auto& [curl, request, result, header_bytes, stopped] = *static_cast<Transfer*>(opaque);
  result.response.status = StatusOf(curl);
  result.bytes_received += static_cast<int64_t>(size);
  if (request.on_body && result.response.status / 100 == 2) {
    result.sink = request.on_body(result.response, AsBytes({data, size}));
    return result.sink.ok() ? size : 0;
  }
  if (static_cast<int64_t>(result.response.body.size() + size) > request.body_limit) {
    result.failure = TransportError::kTooLong;
    result.failure_text =
        "the answer is longer than " + std::to_string(request.body_limit) + " bytes";
    return 0;
  }
  result.response.body.append(data, size);
  return size;
}

int OnProgress(void* opaque, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  auto& transfer = *static_cast<Transfer*>(opaque);
  if (!transfer.request.stop.stop_requested()) return 0;
  const auto now = std::chrono::steady_clock::now();
  if (!transfer.stopped) transfer.stopped = now;
  return now - *transfer.stopped >= transfer.request.grace ? 1 : 0;
}

TransportError Classify(CURLcode code) {
  switch (code) {
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
      return TransportError::kUrl;
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
      return TransportError::kConnect;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
      return TransportError::kTls;
    case CURLE_OPERATION_TIMEDOUT:
      return TransportError::kTimeout;
    case CURLE_ABORTED_BY_CALLBACK:
      return TransportError::kStopped;
    default:
      return TransportError::kBroken;
  }
}

using HeaderList = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

HeaderList MakeHeaders(const HttpHeaders& headers) {
  HeaderList list(nullptr, &curl_slist_free_all);
  auto add = [&](const std::string& line) {
    auto* longer = curl_slist_append(list.get(), line.c_str());
    if (list == nullptr) list.reset(longer);  // else it is the same list
  };
  // A name with nothing after the colon keeps libcurl from sending its own.
  for (const char* name : {"Expect:", "Accept:", "Content-Type:"}) add(name);
  for (const auto& [name, value] : headers) {
    add(value.empty() ? name + ';' : fmt::format("{}: {}", name, value));
  }
  return list;
}

void SetBody(CURL* curl, const HttpRequest& request) {
  if (request.method == "GET") return;
  if (request.method == "HEAD") {
    curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    return;
  }
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  if (request.method == "DELETE") return;
  // As "post fields" libcurl sends straight from memory and can start over by itself.
  curl_easy_setopt(curl, CURLOPT_POST, 1L);
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS,
                   request.body.empty() ? "" : reinterpret_cast<const char*>(request.body.data()));
}

void SetTransport(CURL* curl, const std::string& ca_bundle) {
  curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!ca_bundle.empty()) {
    curl_easy_setopt(curl, CURLOPT_CAINFO, ca_bundle.c_str());
    curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);
  }
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
  curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, kTransferBuffer);
  curl_easy_setopt(curl, CURLOPT_UPLOAD_BUFFERSIZE, kTransferBuffer);
}

bool IsSafe(const HttpHeaders& headers) {
  return std::all_of(headers.begin(), headers.end(), [](const auto& header) {
    return (header.first + header.second).find_first_of(std::string_view("\r\n\0", 3)) ==
           std::string::npos;
  });
}

}  // namespace

const std::string* FindHeader(const HttpHeaders& headers, std::string_view name) {
  const auto found = std::find_if(headers.begin(), headers.end(),
                                  [&](const auto& header) { return header.first == name; });
  return found == headers.end() ? nullptr : &found->second;
}

Result<std::string> FindCaBundle(const std::string& configured) {
  std::error_code ignored;
  if (!configured.empty()) {
    if (std::filesystem::is_regular_file(configured, ignored)) return configured;
    return Error(
        ErrorCode::kConfig, "the CA bundle '" + configured + "' is not a file",
        "Let AWS_CA_BUNDLE or SSL_CERT_FILE name a PEM file with the certificates to trust.");
  }
  for (const char* path : kCaBundles) {
    if (std::filesystem::is_regular_file(path, ignored)) return std::string(path);
  }
  return Error(ErrorCode::kConfig, "no CA bundle was found, so no https server can be trusted",
               "Install the package ca-certificates, or let AWS_CA_BUNDLE name a PEM file.");
}

void InitHttp() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

HttpClient::HttpClient(std::string ca_bundle) : ca_bundle_(std::move(ca_bundle)) { InitHttp(); }

HttpClient::~HttpClient() = default;

void HttpClient::CloseHandle::operator()(void* handle) const { curl_easy_cleanup(handle); }

HttpClient::Handle HttpClient::Take() {
  std::lock_guard lock(mutex_);
  if (idle_.empty()) return Handle(curl_easy_init());
  Handle handle = std::move(idle_.back());
  idle_.pop_back();
  return handle;
}

void HttpClient::Give(Handle handle) {
  curl_easy_reset(handle.get());  // keeps connections, names and TLS sessions
  std::lock_guard lock(mutex_);
  if (idle_.size() < kMaxIdleHandles) idle_.push_back(std::move(handle));
}

HttpResult HttpClient::Perform(const HttpRequest& request) {
  HttpResult result;
  if (!IsSafe(request.headers)) {  // an ETag of a hostile listing may try to end the line
    result.failure = TransportError::kUrl;
    result.failure_text = "a header contains a line break";
    return result;
  }
  Handle handle = Take();
  CURL* curl = handle.get();
  if (curl == nullptr) {
    result.failure = TransportError::kConnect;
    result.failure_text = "libcurl has no memory for a handle";
    return result;
  }
  Transfer transfer{curl, request, result};
  std::array<char, CURL_ERROR_SIZE> text{};
  const HeaderList headers = MakeHeaders(request.headers);

  SetTransport(curl, ca_bundle_);
  SetBody(curl, request);
  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, kSlowBytesPerSecond);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, static_cast<long>(request.patience.count()));
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, text.data());
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &OnHeader);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &OnBody);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &OnProgress);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &transfer);

  const CURLcode code = curl_easy_perform(curl);
  result.response.status = StatusOf(curl);
  if (code != CURLE_OK && !result.failure && result.sink.ok()) {
    result.failure = Classify(code);
    result.failure_text = text[0] != '\0' ? text.data() : curl_easy_strerror(code);
  }
  Give(std::move(handle));
  return result;
}

}  // namespace pqpack
