// SPDX-License-Identifier: Apache-2.0
#include "store/s3/client.h"

#include <curl/curl.h>

#include <algorithm>

#include "store/s3/xml.h"
#include "store/sha256.h"

namespace pqpack {
namespace {

constexpr char kUserAgent[] = "pqpack";

// A host that never answered, or not as S3 does, is more likely misspelt than asleep: 3 s
// at the most, which also lets a container's network come up.
constexpr int kAttemptsToReach = 5;
// Reading other credentials or the clock once more is enough to see that it does not help.
constexpr int kMostRenewals = 2;

std::optional<std::chrono::sys_seconds> ParseHttpDate(const std::string* text) {
  if (text == nullptr) return std::nullopt;
  const time_t time = curl_getdate(text->c_str(), nullptr);
  if (time < 0) return std::nullopt;
  return std::chrono::sys_seconds(std::chrono::seconds(time));
}

// Seconds, or a date.
std::optional<RetryDelay> RetryAfter(const HttpResponse& response) {
  const auto* text = FindHeader(response.headers, "retry-after");
  if (text == nullptr) return std::nullopt;
  if (const auto seconds = ParseSize(*text)) {
    return std::chrono::seconds(std::min<int64_t>(*seconds, 3600));
  }
  const auto until = ParseHttpDate(text);
  const auto now = ParseHttpDate(FindHeader(response.headers, "date"));
  if (!until || !now || *until < *now) return std::nullopt;
  return *until - *now;
}

S3Error Malformed(const HttpResponse& response, std::string what) {
  return {response.status, "MalformedAnswer", std::move(what), {}, {}};
}

// What is wrong with this result; absent if nothing is.  Fills `answer`.
std::optional<S3Error> Judge(const S3Request& request, const HttpResult& result, S3Answer* answer) {
  const HttpResponse& response = result.response;
  if (!result.sink.ok()) return Malformed(response, result.sink.message());
  if (result.failure) return FromTransport(*result.failure, result.failure_text);
  if (response.status / 100 != 2) return ParseS3Error(response);
  if (request.on_body && result.bytes_received == 0) {
    return Malformed(response, "the answer is empty");
  }
  answer->headers = response.headers;
  if (request.root == nullptr) return std::nullopt;
  if (ParseXml(response.body, &answer->document)) {
    answer->root = answer->document.child(request.root);
    if (answer->root) return std::nullopt;
    if (answer->document.child("Error")) return ParseS3Error(response);
  }
  return Malformed(response, "the answer is no " + std::string(request.root));
}

bool IsThrottled(const S3Error& error) { return RecoveryOf(error) == Recovery::kSlow; }

}  // namespace

std::string S3Answer::Header(std::string_view name) const {
  const auto* value = FindHeader(headers, name);
  return value == nullptr ? std::string() : *value;
}

TimePoint S3Answer::Date() const {
  if (const auto time = ParseHttpDate(FindHeader(headers, "date"))) return *time;
  return std::chrono::system_clock::now();
}

Result<std::unique_ptr<S3Client>> S3Client::Make(const StoreConfig& config, S3ClientParts parts) {
  std::optional<Endpoint> custom;
  if (!config.s3.endpoint_url.empty()) {
    PQ_ASSIGN(custom, ParseEndpointUrl(config.s3.endpoint_url));
  }
  if (!config.s3.region.empty() && !IsRegionName(config.s3.region)) {
    return Error(ErrorCode::kInvalid, "'" + config.s3.region + "' is not the name of a region",
                 "Give one such as eu-central-1, or none.");
  }
  std::string ca_bundle;
  if (!custom || custom->https) {
    PQ_ASSIGN(ca_bundle, FindCaBundle(config.s3.ca_bundle));
  }
  if (!parts.credentials) {
    parts.credentials = config.s3.keys ? AlwaysThese(*config.s3.keys) : ReadFromArrow();
  }
  if (!parts.now) parts.now = &std::chrono::system_clock::now;
  return std::unique_ptr<S3Client>(
      new S3Client(config, std::move(parts), std::move(custom), std::move(ca_bundle)));
}

S3Client::S3Client(const StoreConfig& config, S3ClientParts parts, std::optional<Endpoint> custom,
                   std::string ca_bundle)
    : config_(config),
      custom_endpoint_(std::move(custom)),
      now_(std::move(parts.now)),
      http_(std::move(ca_bundle)),
      credentials_(std::move(parts.credentials)),
      governor_(std::move(parts.retry)),
      regions_(config.s3.region) {}

struct S3Client::Attempt {
  int number = 1;
  Credentials credentials;
  std::string region;
  int renewals = 0;
  bool redirected = false;
};

HttpResult S3Client::SendOnce(const S3Request& request, const Credentials& credentials,
                              const std::string& region, std::stop_token stop) {
  const Endpoint endpoint =
      EndpointOf(request.uri.bucket, region, custom_endpoint_ ? &*custom_endpoint_ : nullptr);
  SigningRequest to_sign;
  to_sign.method = request.method;
  to_sign.host = endpoint.host;
  to_sign.path = endpoint.base_path + '/' + (request.on_bucket ? "" : request.uri.key);
  to_sign.query = request.query;
  to_sign.headers = request.headers;
  // Over TLS nobody can change the body, and a CRC guards it; hashing it as well
  // would cost a quarter of the upload's time.
  to_sign.payload_sha256 = endpoint.https ? kUnsignedPayload : Sha256Hex(request.body);
  to_sign.region = region;
  to_sign.service = "s3";
  to_sign.time = std::chrono::floor<std::chrono::seconds>(now_()) + clock_offset_.load();
  SignedRequest out = Sign(to_sign, credentials);

  HttpRequest http;
  http.method = request.method;
  http.url = endpoint.UrlStart() + out.path + (out.query.empty() ? "" : "?" + out.query);
  http.headers = std::move(out.headers);
  http.headers.emplace_back("user-agent", kUserAgent);
  http.body = request.body;
  http.on_body = request.on_body;
  http.body_limit = request.body_limit;
  http.patience = request.patience;
  http.stop = stop;
  http.grace = request.grace;
  return http_.Perform(http);
}

std::optional<RetryDelay> S3Client::PlanRetry(const S3Request& request, Attempt& attempt,
                                              const HttpResponse& response, const S3Error& error) {
  if (attempt.number >= request.max_attempts) return std::nullopt;
  switch (RecoveryOf(error)) {
    case Recovery::kNone:
      return std::nullopt;
    case Recovery::kRetry: {
      const bool is_doubtful = error.code == "MalformedAnswer" || !reached_;
      if (is_doubtful && attempt.number >= kAttemptsToReach) return std::nullopt;
      return governor_.DelayAfter(attempt.number);
    }
    case Recovery::kSlow:
      return governor_.DelayAfter(attempt.number, RetryAfter(response));
    case Recovery::kRefresh: {
      if (++attempt.renewals > kMostRenewals) return std::nullopt;
      credentials_.Reject(attempt.credentials);
      const auto fresh = credentials_.Get();
      if (!fresh.ok() || *fresh == attempt.credentials) return std::nullopt;
      return RetryDelay(0);
    }
    case Recovery::kClock: {
      const auto server = ParseHttpDate(FindHeader(response.headers, "date"));
      if (!server || ++attempt.renewals > kMostRenewals) return std::nullopt;
      clock_offset_ = *server - std::chrono::floor<std::chrono::seconds>(now_());
      return RetryDelay(0);
    }
    case Recovery::kRegion:
      if (attempt.redirected || !IsRegionName(error.region) || error.region == attempt.region) {
        return std::nullopt;
      }
      attempt.redirected = true;
      regions_.Learn(request.uri.bucket, error.region);
      return RetryDelay(0);
  }
  return std::nullopt;
}

void S3Client::Count(const S3Request& request, const HttpResult& result, bool is_retry) {
  if (config_.counters == nullptr) return;
  config_.counters->Add(
      request.operation.name,
      {1, is_retry ? 1 : 0, static_cast<int64_t>(request.body.size()), result.bytes_received});
}

Result<S3Answer> S3Client::Send(S3Request request) {
  // Without a key this would be a request to the bucket: DELETE would delete it.
  if (request.uri.bucket.empty() || (request.uri.key.empty() && !request.on_bucket)) {
    return Error(ErrorCode::kInvalid, request.uri.ToString() + ": this names no object");
  }
  const std::stop_token stop = request.stop.value_or(config_.stop);
  Attempt attempt;
  while (true) {
    PQ_ASSIGN(attempt.credentials, credentials_.Get());
    attempt.region = regions_.Get(request.uri.bucket);

    S3Answer answer;
    HttpResult result;
    std::optional<S3Error> error;
    {
      auto permit = governor_.Admit(stop);
      result = SendOnce(request, attempt.credentials, attempt.region, stop);
      Count(request, result, attempt.number > 1);
      if (result.response.status != 0) reached_ = true;
      const bool is_refused = !result.sink.ok() && CodeOf(result.sink) != ErrorCode::kTransient;
      if (is_refused) return Within(request.uri.ToString(), result.sink);
      error = Judge(request, result, &answer);
      if (!error) permit.Succeeded();
      if (error && IsThrottled(*error)) permit.Throttled();
    }
    if (!error) return answer;

    const auto delay = PlanRetry(request, attempt, result.response, *error);
    if (!delay || stop.stop_requested()) {
      if (stop.stop_requested()) *error = FromTransport(TransportError::kStopped, {});
      return MakeStatus(*error, request.operation, request.uri, attempt.number);
    }
    if (config_.events != nullptr) {
      config_.events->Emit(Retrying{request.operation.name, request.uri.ToString(),
                                    Describe(*error), attempt.number,
                                    std::chrono::duration<double>(*delay).count()});
    }
    governor_.Sleep(*delay, stop);
    ++attempt.number;
    if (request.before_retry) request.before_retry(request);
  }
}

}  // namespace pqpack
