// SPDX-License-Identifier: Apache-2.0
//
// The entries of a dictionary page, found by their index, and the values that indices stand for
// written out (gathered).
//
// Source: Encodings.md, "Dictionary Encoding" and "Plain".
#pragma once

#include <arrow/buffer.h>
#include <arrow/buffer_builder.h>
#include <arrow/memory_pool.h>

#include <cstdint>
#include <memory>
#include <span>

#include "base/bytes.h"
#include "base/status.h"
#include "execute/pages/plain_values.h"

namespace pqpack {

// Immutable.
class DictionaryEntries {
 public:
  // `body`: `count` values in PLAIN.  kCorrupt: it holds others than so many.
  static Result<DictionaryEntries> Make(std::shared_ptr<arrow::Buffer> body, int64_t count,
                                        const ValueShape& shape, arrow::MemoryPool* pool);

  int64_t size() const { return size_; }
  int64_t width() const { return width_; }  // 0: it varies
  Bytes bytes() const { return {bytes_, static_cast<size_t>(Begin(size_))}; }
  // As PLAIN has it, with its length where that varies.
  Bytes Entry(int64_t i) const {
    return {bytes_ + Begin(i), static_cast<size_t>(Begin(i + 1) - Begin(i))};
  }

  // Appends the entries at `indices`, which are below size().
  Status Gather(std::span<const uint32_t> indices, arrow::BufferBuilder* out) const;

 private:
  DictionaryEntries() = default;
  int64_t Begin(int64_t i) const { return width_ > 0 ? i * width_ : int64_t{begins_[i]}; }
  Status GatherVarying(std::span<const uint32_t> indices, arrow::BufferBuilder* out) const;

  std::shared_ptr<arrow::Buffer> body_;
  std::shared_ptr<arrow::Buffer> begins_memory_;
  const uint8_t* bytes_ = nullptr;
  const uint32_t* begins_ = nullptr;  // size_ + 1, where the width varies
  int64_t size_ = 0;
  int64_t width_ = 0;
};

}  // namespace pqpack
