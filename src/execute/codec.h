// SPDX-License-Identifier: Apache-2.0
//
// How hard outputs are compressed, and what compresses the pages that the library does not write.
#pragma once

#include <arrow/buffer.h>
#include <arrow/util/compression.h>

#include <memory>

#include "base/bytes.h"
#include "base/status.h"
#include "format/types.h"

namespace pqpack {

// What we compress with.  Arrow's defaults for gzip (9) and Brotli (8) take
// several times as long as these for a few percent.
int CompressionLevel(Codec codec);

// Pages one after another.  One thread.
class Compressor {
 public:
  explicit Compressor(Codec codec) : codec_(codec) {}

  // Puts the compressed bytes of `plain` behind those that `out` has; room for the most that they
  // may take stays in it.  kUnsupported as LibraryCodec() (format/page_codec.h); errors of the
  // buffer's pool.
  Status Append(Bytes plain, arrow::ResizableBuffer* out);

 private:
  const Codec codec_;
  std::unique_ptr<arrow::util::Codec> library_;  // made when it is needed
};

}  // namespace pqpack
