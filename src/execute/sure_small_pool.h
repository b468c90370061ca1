// SPDX-License-Identifier: Apache-2.0
//
// A pool whose small requests are always served, next to one that may refuse.
//
// Arrow's hash tables, in every dictionary that is written, allocate in their
// constructor and don't look whether that worked (arrow/util/hashing.h,
// HashTable: the Status is dropped in release builds): a refusal there ends in a
// null pointer, not in an error.  Such first tables have 24 KiB.
#pragma once

#include <arrow/memory_pool.h>

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/status.h"

namespace pqpack {

// Requests of at most kSmall bytes go to the system's allocator and are not
// counted here; all others go to `base`, which must outlive this.  Thread-safe.
class SureSmallPool : public arrow::MemoryPool {
 public:
  static constexpr int64_t kSmall = 64 * kKiB;

  explicit SureSmallPool(arrow::MemoryPool* base) : base_(base) {}

  using arrow::MemoryPool::Allocate;
  using arrow::MemoryPool::Free;
  using arrow::MemoryPool::Reallocate;
  Status Allocate(int64_t size, int64_t alignment, uint8_t** out) override {
    return PoolFor(size)->Allocate(size, alignment, out);
  }
  Status Reallocate(int64_t old_size, int64_t new_size, int64_t alignment, uint8_t** ptr) override;
  void Free(uint8_t* buffer, int64_t size, int64_t alignment) override {
    PoolFor(size)->Free(buffer, size, alignment);
  }
  int64_t bytes_allocated() const override { return base_->bytes_allocated(); }
  int64_t max_memory() const override { return base_->max_memory(); }
  int64_t total_bytes_allocated() const override { return base_->total_bytes_allocated(); }
  int64_t num_allocations() const override { return base_->num_allocations(); }
  std::string backend_name() const override { return base_->backend_name(); }

 private:
  // Whoever frees names the size that was asked for, so it is found again by that.
  arrow::MemoryPool* PoolFor(int64_t size) const { return size <= kSmall ? small_ : base_; }

  arrow::MemoryPool* const base_;
  arrow::MemoryPool* const small_ = arrow::system_memory_pool();
};

}  // namespace pqpack
