// SPDX-License-Identifier: Apache-2.0
//
// One column chunk of an output whose bytes the store has copied: they were not seen, so what is
// proven is that the output says of them what the source says of the same bytes.  Pure.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/status.h"
#include "format/footer.h"
#include "format/schema_tree.h"
#include "target/target.h"
#include "verify/chunk_check.h"

namespace pqpack {

// The chunk that the bytes are of.
struct UnseenSource {
  const ColumnMetaData& meta;
  int64_t shift = 0;  // by which they are further on in the output
};

// `chunk.pages` are the first ones, up to the first data page, at their places in the output;
// `footer` is the output's, and `tail` what lies behind its pages, from `tail_offset` on.
// kMismatch: the place, size, codec, number of values or encodings are not the source's, or
// statistics neither the source's nor left out; the first pages are not what the footer and the
// target want (chunk_check.h); page indexes name pages that do not fill the chunk (index_check.h).
Status CheckUnseenChunk(const ChunkFacts& chunk, const UnseenSource& source,
                        const FileMetaData& footer, const Target& target, Bytes tail,
                        int64_t tail_offset);

// The columns are as many as the source's, with the same levels.  kMismatch.
Status CheckSameLevels(const SchemaTree& tree, const SchemaTree& source);

}  // namespace pqpack
