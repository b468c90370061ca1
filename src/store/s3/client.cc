// SPDX-License-Identifier: Apache-2.0
#include "store/s3/client.h"

#include <utility>

#include "store/s3/xml.h"
#include "store/sha256.h"

namespace pqpack {
namespace {

constexpr char kUserAgent[] = "pqpack";

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

}  // namespace

std::string S3Answer::Header(std::string_view name) const {
  const auto* value = FindHeader(headers, name);
  return value == nullptr ? std::string() : *value;
}

TimePoint S3Answer::Date() const {
  if (const auto time = DateOf(headers)) return *time;
  return std::chrono::system_clock::now();
}

Result<std::unique_ptr<S3Client>> S3Client::Make(const StoreConfig& config, AwsSenderParts parts) {
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
  return std::unique_ptr<S3Client>(
      new S3Client(config, std::move(parts), std::move(custom), std::move(ca_bundle)));
}

S3Client::S3Client(const StoreConfig& config, AwsSenderParts parts, std::optional<Endpoint> custom,
                   std::string ca_bundle)
    : config_(config),
      custom_endpoint_(std::move(custom)),
      http_(std::move(ca_bundle)),
      sender_(std::move(parts), config_.events, config_.counters),
      regions_(config.s3.region) {}

HttpResult S3Client::SendOnce(const S3Request& request, const Credentials& credentials,
                              const std::string& region, std::chrono::sys_seconds time,
                              const std::stop_token& stop) {
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
  to_sign.time = time;
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

Result<S3Answer> S3Client::Send(S3Request request) {
  // Without a key this would be a request to the bucket: DELETE would delete it.
  if (request.uri.bucket.empty() || (request.uri.key.empty() && !request.on_bucket)) {
    return Error(ErrorCode::kInvalid, request.uri.ToString() + ": this names no object");
  }
  const std::stop_token stop = request.stop.value_or(config_.stop);
  S3Answer answer;
  std::string region;
  bool redirected = false;
  AwsCall call(request.operation, request.uri.ToString());
  call.body_size = static_cast<int64_t>(request.body.size());
  call.max_attempts = request.max_attempts;
  call.stop = stop;
  call.send = [&](const Credentials& credentials, std::chrono::sys_seconds time) {
    region = regions_.Get(request.uri.bucket);
    return SendOnce(request, credentials, region, time, stop);
  };
  call.judge = [&](const HttpResult& result) {
    answer = S3Answer();
    return Judge(request, result, &answer);
  };
  call.redirect = [&](const S3Error& error) {
    if (redirected || !IsRegionName(error.region) || error.region == region) return false;
    redirected = true;
    regions_.Learn(request.uri.bucket, error.region);
    return true;
  };
  call.before_retry = [&] {
    if (request.before_retry) request.before_retry(request);
  };
  call.fail = [&](const S3Error& error, int attempts) {
    return MakeStatus(error, request.operation, request.uri, attempts);
  };
  PQ_RETURN_NOT_OK(sender_.Send(call));
  return answer;
}

}  // namespace pqpack
