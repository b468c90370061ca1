// SPDX-License-Identifier: Apache-2.0
//
// Where the requests for a bucket go.  Virtual-host style (bucket.s3.REGION...) on
// AWS; path style for every custom endpoint, whose certificate and DNS rarely know
// bucket names, and for buckets whose name is no single DNS label: a certificate
// for *.s3.REGION.amazonaws.com does not cover a dot.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "base/status.h"
#include "store/open_store.h"

namespace pqpack {

struct Endpoint {
  bool https = true;
  std::string host;       // with the port unless it is the default
  std::string base_path;  // "" or "/bucket": what comes before "/key", not encoded

  std::string UrlStart() const { return (https ? "https://" : "http://") + host; }
};

// kInvalid: `endpoint_url` is not http(s)://host[:port][/path].
Result<Endpoint> ParseEndpointUrl(const std::string& endpoint_url);

// `custom` is null for AWS.
Endpoint EndpointOf(const std::string& bucket, const std::string& region, const Endpoint* custom);

// Of a service with one host per region, such as "glue".
Endpoint ServiceEndpoint(const std::string& service, const std::string& region);

// The region of each bucket: the configured one until a redirect taught another.
// Thread-safe.
class BucketRegions {
 public:
  explicit BucketRegions(std::string configured);
  std::string Get(const std::string& bucket) const;
  void Learn(const std::string& bucket, const std::string& region);

 private:
  const std::string initial_;
  mutable std::mutex mutex_;
  std::map<std::string, std::string> learnt_;
};

// True for what can be a part of a host name and of a credential scope.
bool IsRegionName(const std::string& text);

}  // namespace pqpack
