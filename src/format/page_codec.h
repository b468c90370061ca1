// SPDX-License-Identifier: Apache-2.0
//
// Arrow's names of our codecs, and what was compressed with them.
#pragma once

#include <arrow/type_fwd.h>
#include <arrow/util/compression.h>

#include <cstdint>
#include <memory>

#include "base/bytes.h"
#include "base/status.h"
#include "format/types.h"

namespace pqpack {

// kUnsupported for LZO and for codecs that the format does not name.
Result<arrow::Compression::type> LibraryCodec(Codec codec);

// Pages one after another: a merge opens three for each of its column chunks, and a codec and
// memory for each cost as much as unpacking a small one.  One thread.
class Decompressor {
 public:
  explicit Decompressor(arrow::MemoryPool* pool) : pool_(pool) {}

  // As Decompress().  The memory is used again when nobody else holds it.
  Result<std::shared_ptr<arrow::Buffer>> Run(Codec codec, Bytes compressed, int64_t size);
  arrow::MemoryPool* pool() const { return pool_; }

 private:
  Result<arrow::util::Codec*> LibraryFor(arrow::Compression::type type);

  arrow::MemoryPool* const pool_;
  std::unique_ptr<arrow::util::Codec> library_;
  std::shared_ptr<arrow::ResizableBuffer> memory_;
};

// The `size` bytes that were compressed, in memory of their own even where nothing was.
// `size` is a page header's claim: who calls bounds it, or `pool` does.  kUnsupported as
// above; kCorrupt: other bytes than `size`.
Result<std::shared_ptr<arrow::Buffer>> Decompress(Codec codec, Bytes compressed, int64_t size,
                                                  arrow::MemoryPool* pool);

}  // namespace pqpack
