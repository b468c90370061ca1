// SPDX-License-Identifier: Apache-2.0
#include "store/s3/endpoint.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace pqpack {
namespace {

constexpr char kDefaultRegion[] = "us-east-1";
constexpr size_t kMaxLabel = 63;

// AWS partitions whose domain differs (botocore's partitions.json).
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kDomains = {{
    {"cn-", "amazonaws.com.cn"},
    {"us-iso-", "c2s.ic.gov"},
    {"us-isob-", "sc2s.sgov.gov"},
    {"us-isof-", "csp.hci.ic.gov"},
    {"eu-isoe-", "cloud.adc-e.uk"},
}};

std::string_view DomainOf(std::string_view region) {
  for (const auto& [prefix, domain] : kDomains) {
    if (region.starts_with(prefix)) return domain;
  }
  return "amazonaws.com";
}

bool IsLabel(std::string_view text) {
  return !text.empty() && text.size() <= kMaxLabel && text.front() != '-' && text.back() != '-' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

bool TakePrefix(std::string_view* text, std::string_view prefix) {
  if (!text->starts_with(prefix)) return false;
  text->remove_prefix(prefix.size());
  return true;
}

}  // namespace

Result<Endpoint> ParseEndpointUrl(const std::string& endpoint_url) {
  std::string_view rest = endpoint_url;
  Endpoint endpoint;
  endpoint.https = !rest.starts_with("http://");
  const bool has_scheme = TakePrefix(&rest, "https://") || TakePrefix(&rest, "http://");
  const size_t slash = std::min(rest.find('/'), rest.size());
  endpoint.host = rest.substr(0, slash);
  endpoint.base_path = rest.substr(slash);
  while (endpoint.base_path.ends_with('/')) endpoint.base_path.pop_back();
  const bool is_plain = endpoint_url.find_first_of("?#@ \t\r\n") == std::string::npos;
  if (!has_scheme || endpoint.host.empty() || !is_plain) {
    return Error(ErrorCode::kInvalid, "the endpoint URL '" + endpoint_url + "' can't be used",
                 "Give http://HOST:PORT or https://HOST.");
  }
  // The Host header that gets signed has no default port: libcurl's has none either.
  const std::string_view default_port = endpoint.https ? ":443" : ":80";
  if (endpoint.host.ends_with(default_port)) {
    endpoint.host.resize(endpoint.host.size() - default_port.size());
  }
  return endpoint;
}

Endpoint EndpointOf(const std::string& bucket, const std::string& region, const Endpoint* custom) {
  if (custom != nullptr) return {custom->https, custom->host, custom->base_path + '/' + bucket};
  const std::string host = ServiceEndpoint("s3", region).host;
  if (IsLabel(bucket)) return {true, bucket + '.' + host, ""};
  return {true, host, '/' + bucket};
}

Endpoint ServiceEndpoint(const std::string& service, const std::string& region) {
  return {true, service + '.' + region + '.' + std::string(DomainOf(region)), ""};
}

BucketRegions::BucketRegions(std::string configured)
    : initial_(configured.empty() ? kDefaultRegion : std::move(configured)) {}

std::string BucketRegions::Get(const std::string& bucket) const {
  std::lock_guard lock(mutex_);
  const auto found = learnt_.find(bucket);
  return found == learnt_.end() ? initial_ : found->second;
}

void BucketRegions::Learn(const std::string& bucket, const std::string& region) {
  std::lock_guard lock(mutex_);
  learnt_[bucket] = region;
}

bool IsRegionName(const std::string& text) { return IsLabel(text); }

}  // namespace pqpack
