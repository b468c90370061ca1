// SPDX-License-Identifier: Apache-2.0
//
// One byte budget for the process (--memory-limit).  Work that holds bytes
// reserves them first, in one piece per file, so that two files can never wait
// for each other half-filled.  Thread-safe.
#pragma once

#include <arrow/memory_pool.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>

#include "base/status.h"

namespace pqpack {

class MemoryBudget {
 public:
  // Gives its bytes back when destroyed.  Movable; must not outlive the budget.
  class Reservation {
   public:
    Reservation() = default;
    Reservation(MemoryBudget* budget, int64_t bytes) : budget_(budget), bytes_(bytes) {}
    Reservation(Reservation&& other) noexcept;
    Reservation& operator=(Reservation&& other) noexcept;
    ~Reservation();
    int64_t bytes() const { return bytes_; }

   private:
    MemoryBudget* budget_ = nullptr;
    int64_t bytes_ = 0;
  };

  explicit MemoryBudget(int64_t limit) : limit_(std::max<int64_t>(0, limit)) {}

  // Blocks until `bytes` are free, in order of arrival so that a large file is
  // not overtaken for ever.  More than the limit is cut to the limit: that work
  // then runs alone.  kCancelled when `stop` is requested while waiting; those
  // behind move up.
  Result<Reservation> Acquire(int64_t bytes, std::stop_token stop);

  // The same without waiting: nothing if fewer bytes are free, or others wait for them.
  // So whoever holds a reservation may try for more.
  std::optional<Reservation> TryAcquire(int64_t bytes);

  int64_t limit() const { return limit_; }
  int64_t used() const;
  int waiting() const;  // calls of Acquire() that are waiting now

 private:
  void Release(int64_t bytes);

  const int64_t limit_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  int64_t used_ = 0;
  std::list<int64_t> waiting_;  // what each waiter wants, in order of arrival
};

// An Arrow pool that refuses to hold more than `cap` bytes: what a hostile size
// in a file runs into instead of the machine's memory.  Thread-safe; `base`
// must outlive it.
class CappedPool : public arrow::MemoryPool {
 public:
  CappedPool(arrow::MemoryPool* base, int64_t cap) : base_(base), cap_(cap) {}

  int64_t cap() const { return cap_; }

  using arrow::MemoryPool::Allocate;
  using arrow::MemoryPool::Free;
  using arrow::MemoryPool::Reallocate;
  Status Allocate(int64_t size, int64_t alignment, uint8_t** out) override;
  Status Reallocate(int64_t old_size, int64_t new_size, int64_t alignment, uint8_t** ptr) override;
  void Free(uint8_t* buffer, int64_t size, int64_t alignment) override;
  int64_t bytes_allocated() const override { return used_.load(); }
  int64_t total_bytes_allocated() const override { return total_.load(); }
  int64_t num_allocations() const override { return count_.load(); }
  int64_t max_memory() const override { return peak_.load(); }
  std::string backend_name() const override { return base_->backend_name(); }

 private:
  Status Take(int64_t bytes);

  arrow::MemoryPool* base_;
  const int64_t cap_;
  std::atomic<int64_t> used_{0}, total_{0}, count_{0}, peak_{0};
};

}  // namespace pqpack
