// SPDX-License-Identifier: Apache-2.0
//
// Copies the pages of one column chunk and takes down what the new footer says of
// them.  Bodies go through as they are, still compressed, unless the target wants them in
// another frame or codec (remade_page.h); a header is written anew only where something in
// it is wrong.  Nothing that the old footer says of the pages
// is believed: counts, sizes, encodings and offsets come from their headers.
//
// Source: parquet.thrift, PageHeader and ColumnMetaData.
#pragma once

#include <arrow/io/interfaces.h>

#include <cstdint>
#include <vector>

#include "base/status.h"
#include "execute/copy/mend_header.h"
#include "format/column_metadata.h"
#include "format/offset_index.h"

namespace pqpack {

struct CopiedChunk {
  // Filled as far as pages tell: all but type, path, statistics and what hangs on the chunk.
  ColumnMetaData meta;
  // Where each data page was in the source and is now, headers included.  first_row_index is
  // -1 where only the levels of a repeated column could tell it.
  std::vector<PageLocation> old_pages, new_pages;
  bool reframed = false;  // a page became one of version 1
  bool left_out = false;  // a page of version 1 without values and bytes
};

// Its pages are `by` bytes further on than the offsets said.
void Shift(int64_t by, ColumnMetaData* meta);

// `chunk` is the source's; the sink stands where the new chunk begins.
//   kUnsupported  a page is not what the target reads: the column must be encoded anew.  If
//                 the sink did not move, it was the first one
//   kCorrupt      the pages break the format or disagree with the footer's counts
//   kTooLarge     a page that does not stay as it is does not fit the pool
// Errors of reading and writing are passed on.
Result<CopiedChunk> CopyChunk(const ColumnMetaData& chunk, const ChunkRules& rules,
                              arrow::io::RandomAccessFile& source, arrow::io::OutputStream& sink);

}  // namespace pqpack
