// SPDX-License-Identifier: Apache-2.0
//
// Plain arrays out of a memory pool, so that what a file asks for counts.
#pragma once

#include <arrow/buffer.h>
#include <arrow/memory_pool.h>

#include <cstdint>
#include <memory>

#include "base/status.h"
#include "execute/parquet_call.h"

namespace pqpack {

// `count` values of T, not initialised.
template <typename T>
class PoolArray {
 public:
  // kTooLarge where the pool refuses.
  Status Allocate(int64_t count, arrow::MemoryPool* pool) {
    auto buffer = arrow::AllocateBuffer(count * static_cast<int64_t>(sizeof(T)), pool);
    if (!buffer.ok()) return WithCode(buffer.status(), ErrorCode::kInternal);
    buffer_ = *std::move(buffer);
    return Status::OK();
  }
  bool allocated() const { return buffer_ != nullptr; }
  T* data() const { return reinterpret_cast<T*>(buffer_->mutable_data()); }

 private:
  std::unique_ptr<arrow::Buffer> buffer_;
};

}  // namespace pqpack
