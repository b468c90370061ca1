// SPDX-License-Identifier: Apache-2.0
#include "catalog/glue/glue_client.h"

#include <optional>
#include <utility>

#include "catalog/glue/glue_errors.h"
#include "store/s3/credentials.h"
#include "store/s3/sign.h"
#include "store/sha256.h"

namespace pqpack {
namespace {

constexpr char kService[] = "glue";
constexpr char kRegionOfOthers[] = "us-east-1";  // what stand-ins expect who is told none
// A page has 1,000 partitions at the most, and these seldom more than 4 KiB.
constexpr int64_t kLongestAnswer = 32 * kMiB;

Result<std::string> RegionOf(const std::string& configured, bool is_aws) {
  if (configured.empty() && is_aws) {
    return Error(ErrorCode::kConfig, "the region of the Glue Data Catalog is not known",
                 "Give --region, or set AWS_REGION.");
  }
  if (configured.empty()) return kRegionOfOthers;
  if (IsRegionName(configured)) return configured;
  return Error(ErrorCode::kInvalid, "'" + configured + "' is not the name of a region",
               "Give one such as eu-central-1.");
}

std::optional<S3Error> Judge(const HttpResult& result, GlueJson* answer) {
  if (result.failure) return FromTransport(*result.failure, result.failure_text);
  if (result.response.status != 200) return ParseGlueError(result.response);
  *answer = ParseJson(result.response.body);
  if (answer->is_object()) return std::nullopt;
  return S3Error{200, "MalformedAnswer", "the answer is no JSON object", {}, {}};
}

}  // namespace

Result<std::unique_ptr<GlueClient>> GlueClient::Make(const GlueConfig& glue,
                                                     const StoreConfig& store,
                                                     AwsSenderParts parts) {
  const bool is_aws = glue.endpoint_url.empty();
  PQ_ASSIGN(std::string region, RegionOf(store.s3.region, is_aws));
  Endpoint endpoint = ServiceEndpoint(kService, region);
  if (!is_aws) {
    PQ_ASSIGN(endpoint, ParseEndpointUrl(glue.endpoint_url));
  }
  std::string ca_bundle;
  if (endpoint.https) {
    PQ_ASSIGN(ca_bundle, FindCaBundle(store.s3.ca_bundle));
  }
  if (!parts.credentials) {
    parts.credentials = store.s3.keys ? AlwaysThese(*store.s3.keys) : ReadFromArrow();
  }
  parts.retry.max_attempts = store.s3.max_attempts;
  return std::unique_ptr<GlueClient>(new GlueClient(
      glue, store, std::move(parts), std::move(endpoint), std::move(region), std::move(ca_bundle)));
}

GlueClient::GlueClient(const GlueConfig& glue, const StoreConfig& store, AwsSenderParts parts,
                       Endpoint endpoint, std::string region, std::string ca_bundle)
    : catalog_id_(glue.catalog_id),
      endpoint_(std::move(endpoint)),
      region_(std::move(region)),
      stop_(store.stop),
      http_(std::move(ca_bundle)),
      sender_(std::move(parts), store.events, store.counters) {}

HttpResult GlueClient::SendOnce(const Operation& operation, const std::string& body,
                                const Credentials& credentials, std::chrono::sys_seconds time) {
  SigningRequest to_sign;
  to_sign.method = "POST";
  to_sign.host = endpoint_.host;
  to_sign.path = endpoint_.base_path + '/';
  to_sign.headers = {{"content-type", "application/x-amz-json-1.1"},
                     {"x-amz-target", std::string("AWSGlue.") + operation.name}};
  to_sign.payload_sha256 = Sha256Hex(AsBytes(body));
  to_sign.region = region_;
  to_sign.service = kService;
  to_sign.time = time;
  SignedRequest out = Sign(to_sign, credentials);

  HttpRequest http;
  http.method = to_sign.method;
  http.url = endpoint_.UrlStart() + out.path;
  http.headers = std::move(out.headers);
  http.headers.emplace_back("user-agent", "pqpack");
  http.body = AsBytes(body);
  http.body_limit = kLongestAnswer;
  http.stop = stop_;
  return http_.Perform(http);
}

Result<GlueJson> GlueClient::Call(const Operation& operation, const std::string& subject,
                                  GlueJson input) {
  if (!catalog_id_.empty()) input["CatalogId"] = catalog_id_;
  // Names that are no UTF-8 are found nowhere.
  const std::string body = input.dump(-1, ' ', false, GlueJson::error_handler_t::replace);
  GlueJson answer;
  AwsCall call(operation, subject);
  call.body_size = static_cast<int64_t>(body.size());
  call.stop = stop_;
  call.send = [&](const Credentials& credentials, std::chrono::sys_seconds time) {
    return SendOnce(operation, body, credentials, time);
  };
  call.judge = [&](const HttpResult& result) { return Judge(result, &answer); };
  call.recovery = [](const S3Error& error) { return GlueRuleOf(error).recovery; };
  call.fail = [&](const S3Error& error, int attempts) {
    return MakeStatus(error, GlueRuleOf(error), operation, subject, attempts);
  };
  PQ_RETURN_NOT_OK(sender_.Send(call));
  return answer;
}

}  // namespace pqpack
