// SPDX-License-Identifier: Apache-2.0
//
// A column chunk whose bytes the store copies: nobody sees its pages, so the new footer says of
// them what the old one does, as far as the headers of the first ones bear that out.
#pragma once

#include "base/status.h"
#include "diagnose/file_view.h"
#include "execute/copy/copied_chunk.h"
#include "execute/copy/mend_header.h"
#include "format/row_group.h"
#include "inspect/read_indexes.h"

namespace pqpack {

// The chunk at its place in the source.  `seen`: its first pages; `indexes` of the source tells
// where the pages are, where there is one for each of them; null: that is not asked.
//   kUnsupported, kCorrupt  a first page or its header is not what the footer says, or has to
//                           change
// Errors of reading pass unchanged.
Result<CopiedChunk> UnseenChunk(const ColumnChunk& chunk, const ChunkDetails& seen,
                                const ChunkRules& rules, IndexReader* indexes);

}  // namespace pqpack
