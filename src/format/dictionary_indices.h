// SPDX-License-Identifier: Apache-2.0
//
// The values of a dictionary-encoded data page: the width of an index as one byte,
// then RLE/bit-packed runs of indices into the dictionary page.  The page has one
// per value that is not null.
// Source: Encodings.md, "Dictionary Encoding".
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/bytes.h"
#include "base/status.h"

namespace pqpack {

struct IndexStream {
  int bit_width = 0;
  Bytes runs;
};

// Takes the width off the front.  kCorrupt: none is there, or it is above 32.
Result<IndexStream> OpenIndices(Bytes values);

// Fills `out`.  Where that is empty `values` may be empty too: pages of nulls only
// have no byte by some writers.  kCorrupt as OpenIndices and HybridRuns, and for an
// index that is not below `dictionary_size`.
Status DecodeIndices(Bytes values, int64_t dictionary_size, std::span<uint32_t> out);

// Width and runs, in the smallest width that holds indices below `dictionary_size`, to
// which `indices` must keep.
std::string EncodeIndices(std::span<const uint32_t> indices, int64_t dictionary_size);

}  // namespace pqpack
