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

// The `size` bytes that were compressed, in memory of their own even where nothing was.
// `size` is a page header's claim: who calls bounds it, or `pool` does.  kUnsupported as
// above; kCorrupt: other bytes than `size`.
Result<std::unique_ptr<arrow::Buffer>> Decompress(Codec codec, Bytes compressed, int64_t size,
                                                  arrow::MemoryPool* pool);

}  // namespace pqpack
