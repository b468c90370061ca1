// SPDX-License-Identifier: Apache-2.0
//
// How many requests of each kind a run made (--stat).  Thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace pqpack {

struct RequestCount {
  int64_t requests = 0;
  int64_t retries = 0;
  int64_t bytes_sent = 0;
  int64_t bytes_received = 0;
};

class RequestCounters {
 public:
  // Adds one request of `operation` ("GetObject", "ListObjectsV2", ...).
  void Add(std::string_view operation, const RequestCount& count) {
    std::lock_guard lock(mutex_);
    auto& entry = by_operation_[std::string(operation)];
    entry.requests += count.requests;
    entry.retries += count.retries;
    entry.bytes_sent += count.bytes_sent;
    entry.bytes_received += count.bytes_received;
  }

  std::map<std::string, RequestCount> Snapshot() const {
    std::lock_guard lock(mutex_);
    return by_operation_;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, RequestCount> by_operation_;
};

}  // namespace pqpack
