// SPDX-License-Identifier: Apache-2.0
//
// The bytes of a column chunk, from when they are encoded until it is known in which file
// they go, and where.
#pragma once

#include <arrow/buffer.h>
#include <arrow/io/interfaces.h>
#include <arrow/memory_pool.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "base/status.h"

namespace pqpack {

// One thread.
class HeldBytes : public arrow::io::OutputStream {
 public:
  // The offset of the first byte.  Not 0, which the library takes for "not there".
  static constexpr int64_t kBegin = 4;

  explicit HeldBytes(arrow::MemoryPool* pool) : pool_(pool) {}

  using arrow::io::OutputStream::Write;
  Status Write(const void* data, int64_t bytes) override;
  Result<int64_t> Tell() const override { return kBegin + size_; }
  Status Close() override { return Status::OK(); }
  bool closed() const override { return false; }

  int64_t size() const { return size_; }
  Status WriteTo(arrow::io::OutputStream& sink) const;

  // Copies the bytes from offset `position` on, up to `bytes` of them, and tells how many there
  // are.
  int64_t CopyTo(int64_t position, int64_t bytes, uint8_t* out) const;

 private:
  struct Block {
    std::unique_ptr<arrow::Buffer> bytes;
    int64_t used = 0;
  };

  arrow::MemoryPool* const pool_;
  std::vector<Block> blocks_;
  int64_t size_ = 0;
};

// These bytes as a file that is read by place, in which offsets are those of HeldBytes.
std::shared_ptr<arrow::io::RandomAccessFile> OpenHeld(std::shared_ptr<const HeldBytes> bytes,
                                                      arrow::MemoryPool* pool);

}  // namespace pqpack
