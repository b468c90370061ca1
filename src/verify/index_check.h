// SPDX-License-Identifier: Apache-2.0
//
// What lies between the pages and the footer of an output: page indexes, held
// against the pages, and Bloom filters, of which only the place is looked at (the rest is in
// filter_check.h).
// Pure.
//
// Source: PageIndex.md; BloomFilter.md, "File Format"; parquet.thrift, ColumnChunk.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/status.h"
#include "format/footer.h"
#include "target/target.h"
#include "verify/chunk_check.h"

namespace pqpack {

// Bytes of the output that lie behind its pages, in `tail`, which starts at `tail_offset`.
// kMismatch, with the name of what should be there.
Result<Bytes> BytesBehind(int64_t offset, int64_t length, const char* what, Bytes tail,
                          int64_t tail_offset);

// The indexes of one chunk.  `tail` is everything behind the pages and starts at
// `tail_offset`.  kMismatch: wrong, or not wanted by the target.
Status CheckIndexes(const ChunkFacts& chunk, const Target& target, Bytes tail, int64_t tail_offset);

// `between` is the space between pages and footer: what the footer names there
// must fill it, without a gap and without sharing a byte.
Status CheckNothingElse(const FileMetaData& footer, ByteRange between);

}  // namespace pqpack
