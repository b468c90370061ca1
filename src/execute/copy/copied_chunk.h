// SPDX-License-Identifier: Apache-2.0
//
// Copies the pages of one column chunk and takes down what the new footer says of
// them.  Bodies go through as they are, still compressed; a header is written anew
// only where something in it is wrong.  Nothing that the old footer says of the pages
// is believed: counts, sizes, encodings and offsets come from their headers.
//
// Source: parquet.thrift, PageHeader and ColumnMetaData.
#pragma once

#include <arrow/io/interfaces.h>

#include <cstdint>
#include <vector>

#include "base/status.h"
#include "format/column_metadata.h"
#include "format/offset_index.h"
#include "format/schema_tree.h"
#include "target/target.h"

namespace pqpack {

struct ChunkRules {
  const Target& target;
  const SchemaTree::Node& leaf;  // of the source
  int64_t rows = 0;              // of the row group
  bool keep_statistics = true;   // in page headers; false: the writer's are not to be trusted
};

struct CopiedChunk {
  // Filled as far as pages tell: all but type, path, statistics and what hangs on the chunk.
  ColumnMetaData meta;
  // Where each data page was in the source and is now, headers included.  first_row_index is
  // -1 where only the levels of a repeated column could tell it.
  std::vector<PageLocation> old_pages, new_pages;
};

// `chunk` is the source's; the sink stands where the new chunk begins.
//   kUnsupported  a page is not what the target reads: the column must be encoded anew
//   kCorrupt      the pages break the format or disagree with the footer's counts
// Errors of reading and writing are passed on.
Result<CopiedChunk> CopyChunk(const ColumnMetaData& chunk, const ChunkRules& rules,
                              arrow::io::RandomAccessFile& source, arrow::io::OutputStream& sink);

}  // namespace pqpack
