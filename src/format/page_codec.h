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
// memory for each cost as much as unpacking a small one.  Snappy is unpacked by us (snappy.h).  One
// thread.
class Decompressor {
 public:
  explicit Decompressor(arrow::MemoryPool* pool) : pool_(pool) {}

  // As Decompress(), which judges it.  The memory is used again when nobody else holds it.
  Result<std::shared_ptr<arrow::Buffer>> Run(Codec codec, Bytes compressed, int64_t size);
  arrow::MemoryPool* pool() const { return pool_; }

 private:
  friend Result<std::shared_ptr<arrow::Buffer>> Decompress(Codec codec, Bytes compressed,
                                                           int64_t size, arrow::MemoryPool* pool);

  Status Unpack(arrow::Compression::type type, Bytes compressed);
  Status UnpackByLibrary(arrow::Compression::type type, Bytes compressed);
  Result<arrow::util::Codec*> LibraryFor(arrow::Compression::type type);

  arrow::MemoryPool* const pool_;
  bool library_only_ = false;
  std::unique_ptr<arrow::util::Codec> library_;
  std::shared_ptr<arrow::ResizableBuffer> memory_;
};

// By the library alone, as readers do it: what proves a merge must not share a fault of ours.
// The `size` bytes that were compressed, in memory of their own even where nothing was.
// `size` is a page header's claim: who calls bounds it, or `pool` does.  kUnsupported as
// above; kCorrupt: other bytes than `size`.
Result<std::shared_ptr<arrow::Buffer>> Decompress(Codec codec, Bytes compressed, int64_t size,
                                                  arrow::MemoryPool* pool);

}  // namespace pqpack
