// SPDX-License-Identifier: Apache-2.0
//
// One column chunk of an output: what the footer says of it, held against its
// page headers and the target.  Pure.
//
// Source: parquet.thrift, ColumnMetaData; README.md, "Column chunks".
#pragma once

#include <cstdint>
#include <span>

#include "base/bytes.h"
#include "base/status.h"
#include "format/row_group.h"
#include "format/schema_tree.h"
#include "target/target.h"
#include "verify/page_walk.h"

namespace pqpack {

struct ChunkFacts {
  const ColumnChunk& chunk;  // has meta_data
  const SchemaElement& element;
  const SchemaTree::Node& node;
  int64_t rows;                     // of the row group
  std::span<const PageFact> pages;  // those that start inside of the chunk

  const ColumnMetaData& meta() const { return *chunk.meta_data; }
};

// The pages that start inside of the range.  `pages` are in order of offset.
std::span<const PageFact> PagesIn(std::span<const PageFact> pages, ByteRange range);

// kMismatch, naming the page's offset where a page is wrong.
Status CheckChunk(const ChunkFacts& chunk, const Target& target);

// The same where only the chunk's first pages were seen, up to its first data page: what all
// of them must add up to is not known, but where these are all.
Status CheckChunkByFirstPages(const ChunkFacts& chunk, const Target& target);

// kMismatch when there are bounds, which mean nothing in a file that does not
// say by which order they are bounds.
Status CheckNeedsNoOrder(const Statistics& statistics);

}  // namespace pqpack
