// SPDX-License-Identifier: Apache-2.0
//
// What several threads find where they compare rows, of which the first one by row and column
// is kept.  Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <mutex>
#include <optional>
#include <utility>

#include "base/status.h"
#include "verify/difference.h"

namespace pqpack {

// What is found first: a difference, or an error that keeps from looking further.
class FirstFinding {
 public:
  void Add(int64_t row, size_t column, Result<Difference> what) {
    std::lock_guard lock(mutex_);
    if (std::pair(row, column) >= first_) return;
    first_ = {row, column};
    what_ = std::move(what);
    limit_ = row;
  }
  // Rows behind it need no look.
  int64_t limit() const { return limit_; }

  Result<std::optional<Difference>> Take() {
    std::lock_guard lock(mutex_);
    if (!what_) return std::optional<Difference>();
    PQ_RETURN_NOT_OK(what_->status());
    return std::optional<Difference>(**std::move(what_));
  }

 private:
  std::mutex mutex_;
  std::atomic<int64_t> limit_ = std::numeric_limits<int64_t>::max();
  std::pair<int64_t, size_t> first_ = {std::numeric_limits<int64_t>::max(), 0};
  std::optional<Result<Difference>> what_;
};

}  // namespace pqpack
