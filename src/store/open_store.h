// SPDX-License-Identifier: Apache-2.0
//
// From a location to the store that serves it.  The library reads no
// environment: cli/ fills StoreConfig from flags and variables.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/events.h"
#include "base/executor.h"
#include "store/left_behind.h"
#include "store/object_store.h"
#include "store/request_counters.h"
#include "store/s3/sign.h"

namespace pqpack {

struct S3Config {
  std::string endpoint_url;         // empty: AWS
  std::string region;               // empty: found by the bucket's redirect, from us-east-1
  std::string profile;              // empty: the default chain's choice
  std::optional<Credentials> keys;  // absent: found by Arrow (store/s3/credentials.h)
  std::string ca_bundle;            // PEM file; empty: the known places are tried
  std::string sse;                  // "", "AES256", "aws:kms", "aws:kms:dsse"
  std::string sse_kms_key_id;
  int max_attempts = 10;         // of one request, the first one included
  int64_t part_size = 8 * kMiB;  // the first parts of a multipart upload; at least 5 MiB
};

struct StoreConfig {
  S3Config s3;
  // Borrowed; must outlive the store.  `io` runs uploads of parts in the background.
  Executor* io = nullptr;
  EventSink* events = nullptr;          // may be null
  RequestCounters* counters = nullptr;  // may be null
  LeftBehind* left_behind = nullptr;    // may be null
  std::stop_token stop;                 // requested: calls end with kCancelled soon
  std::stop_token stop_waiting = {};    // or those only that wait for another process
};

// kInvalid for a scheme that has no store (memory:// lives in tests only).
Result<std::unique_ptr<ObjectStore>> OpenStore(const Uri& uri, const StoreConfig& config);

}  // namespace pqpack
