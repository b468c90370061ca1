// SPDX-License-Identifier: Apache-2.0
//
// What a check sees of a file: the footer always, the rest as far as it was read.
// Borrowed, read-only.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "diagnose/writers.h"
#include "format/column_index.h"
#include "format/footer.h"
#include "format/offset_index.h"
#include "format/page_header.h"
#include "format/schema_tree.h"
#include "inspect/find_bloom_filters.h"

namespace pqpack {

// A header, where it was read and how long it is.
struct SeenHeader {
  int64_t offset = 0;
  ParsedPageHeader parsed;
  bool shortened = false;  // statistics and fields without a name were left out, for their size

  // Of its page, as the header says.
  int64_t end() const { return offset + parsed.length + parsed.header.compressed_page_size; }
};

// What was read of one column chunk beside the footer.  A problem is a sentence; empty:
// none.
struct ChunkDetails {
  std::optional<OffsetIndex> offset_index;
  std::optional<ColumnIndex> column_index;
  std::string offset_index_problem;
  std::string column_index_problem;
  bool index_too_large = false;  // one of these was not looked at for its size

  std::optional<SeenHeader> first;       // of the chunk's first page
  std::optional<SeenHeader> first_data;  // of its first data page, `first` itself maybe
  std::string header_problem;            // of the first page that is no page
  int64_t header_problem_offset = 0;
  FoundFilter bloom_filter;
  int64_t past_end = 0;  // bytes by which the pages seen pass the chunk's end, few
};

struct FileView {
  const FileMetaData& footer;
  const SchemaTree& tree;  // of footer.schema
  const Writer& writer;    // of footer.created_by
  int64_t file_size = 0;

  // By row group and column, in the footer's order; empty where nothing but the footer
  // was read.
  std::span<const std::vector<ChunkDetails>> details = {};

  // Null where the row group or the column has none.
  const ChunkDetails* Details(int64_t row_group, int64_t column) const {
    const auto g = static_cast<size_t>(row_group);
    const auto c = static_cast<size_t>(column);
    if (g >= details.size() || c >= details[g].size()) return nullptr;
    return &details[g][c];
  }

  // The leaf's node; the row groups of a broken footer may have more columns than leaves.
  bool HasLeaf(int64_t column) const {
    return column >= 0 && column < static_cast<int64_t>(tree.leaves().size());
  }
  int LeafNode(int64_t column) const { return tree.leaves()[static_cast<size_t>(column)]; }
};

}  // namespace pqpack
