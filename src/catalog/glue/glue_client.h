// SPDX-License-Identifier: Apache-2.0
//
// One call of the AWS Glue web API: JSON over POST, signed for the service "glue", tried again
// where that helps (store/s3/sender.h).  The operations (glue_tables.h, glue_partitions.h) are
// built on this and know nothing of hosts, credentials or retries.
//
// Source: AWS Glue web API reference.
#pragma once

#include <memory>
#include <string>

#include "base/status.h"
#include "catalog/glue/json_fields.h"
#include "store/open_store.h"
#include "store/s3/endpoint.h"
#include "store/s3/sender.h"

namespace pqpack {

struct GlueConfig {
  std::string endpoint_url;  // empty: AWS
  std::string catalog_id;    // empty: that of the caller's account
};

// Thread-safe.
class GlueClient {
 public:
  // Makes no request.  Of `store` the region, the credentials, the CA bundle, the number of
  // attempts, counters, events and stop are taken.  kConfig: no region for AWS, no CA bundle;
  // kInvalid: an endpoint or a region that can't be one.
  static Result<std::unique_ptr<GlueClient>> Make(const GlueConfig& glue, const StoreConfig& store,
                                                  AwsSenderParts parts = {});

  const std::string& catalog_id() const { return catalog_id_; }

  // The answer, an object.  `input` is without the catalog's id, which is added.  `subject` is
  // what messages name.  The codes of errors are those of glue_errors.cc: kNotFound, kDenied,
  // kCredentials, kSourceChanged (a concurrent modification), kInvalid, kThrottled and kTransient
  // after retries, kCancelled.
  Result<GlueJson> Call(const Operation& operation, const std::string& subject, GlueJson input);

 private:
  GlueClient(const GlueConfig& glue, const StoreConfig& store, AwsSenderParts parts,
             Endpoint endpoint, std::string region, std::string ca_bundle);

  HttpResult SendOnce(const Operation& operation, const std::string& body,
                      const Credentials& credentials, std::chrono::sys_seconds time);

  const std::string catalog_id_;
  const Endpoint endpoint_;
  const std::string region_;
  const std::stop_token stop_;
  HttpClient http_;
  AwsSender sender_;
};

}  // namespace pqpack
