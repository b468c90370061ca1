// SPDX-License-Identifier: Apache-2.0
#include "verify/index_check.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "format/column_index.h"
#include "format/offset_index.h"
#include "verify/mismatch.h"

namespace pqpack {
namespace {

std::vector<PageFact> DataPages(const ChunkFacts& chunk) {
  std::vector<PageFact> pages;
  std::ranges::copy_if(chunk.pages, std::back_inserter(pages), &PageFact::is_data);
  return pages;
}

// Rows before each page are known for flat columns and for V2 pages; for others
// only that they grow.
Status CheckFirstRow(const PageLocation& location, int64_t known, int64_t previous, bool exact,
                     int64_t rows) {
  const bool right = exact ? location.first_row_index == known
                           : location.first_row_index > previous && location.first_row_index < rows;
  if (right) return Status::OK();
  return Mismatch("its offset index lets the page at {} start with row {}", location.offset,
                  location.first_row_index);
}

Status CheckOffsetIndex(const OffsetIndex& index, const ChunkFacts& chunk,
                        const std::vector<PageFact>& pages) {
  if (index.page_locations.size() != pages.size()) {
    return Mismatch("its offset index has {} pages instead of {}", index.page_locations.size(),
                    pages.size());
  }
  const bool flat = chunk.node.max_repetition_level == 0;
  int64_t row = 0;
  int64_t previous = -1;
  bool exact = true;
  for (size_t i = 0; i < pages.size(); ++i) {
    const PageLocation& location = index.page_locations[i];
    if (location.offset != pages[i].offset || location.compressed_page_size != pages[i].size()) {
      return Mismatch(
          "its offset index has a page of {} bytes at {}, where there is one of {} at {}",
          location.compressed_page_size, location.offset, pages[i].size(), pages[i].offset);
    }
    PQ_RETURN_NOT_OK(CheckFirstRow(location, row, previous, exact, chunk.rows));
    previous = location.first_row_index;
    exact = exact && (flat || pages[i].type == PageType::kDataV2);
    row += flat ? pages[i].num_values : pages[i].num_rows;
  }
  return Status::OK();
}

Status CheckColumnIndex(const ColumnIndex& index, const ChunkFacts& chunk, size_t pages) {
  const size_t repetition = pages * (static_cast<size_t>(chunk.node.max_repetition_level) + 1);
  const size_t definition = pages * (static_cast<size_t>(chunk.node.max_definition_level) + 1);
  const auto fits = [](const auto& list, size_t size) {
    return !list || list->empty() || list->size() == size;
  };
  if (index.null_pages.size() != pages || index.min_values.size() != pages ||
      index.max_values.size() != pages || !fits(index.null_counts, pages) ||
      !fits(index.nan_counts, pages) || !fits(index.repetition_level_histograms, repetition) ||
      !fits(index.definition_level_histograms, definition)) {
    return Mismatch("its column index has lists that do not fit its {} pages", pages);
  }
  if (!index.null_counts || !chunk.meta().statistics) return Status::OK();
  int64_t nulls = 0;
  for (const int64_t count : *index.null_counts) {
    if (count < 0 || count > chunk.meta().num_values) {
      return Mismatch("its column index has a page of {} nulls", count);
    }
    nulls += count;
  }
  if (nulls == chunk.meta().statistics->null_count.value_or(nulls)) return Status::OK();
  return Mismatch("its column index has {} nulls, its statistics {}", nulls,
                  *chunk.meta().statistics->null_count);
}

std::vector<ByteRange> PiecesOf(const FileMetaData& footer) {
  std::vector<ByteRange> pieces;
  for (const RowGroup& group : footer.row_groups) {
    for (const ColumnChunk& chunk : group.columns) {
      const auto add = [&](const auto& offset, const auto& length) {
        if (offset) pieces.push_back({*offset, length.value_or(0)});
      };
      add(chunk.column_index_offset, chunk.column_index_length);
      add(chunk.offset_index_offset, chunk.offset_index_length);
      add(chunk.meta_data->bloom_filter_offset, chunk.meta_data->bloom_filter_length);
    }
  }
  return pieces;
}

}  // namespace

Result<Bytes> BytesBehind(int64_t offset, int64_t length, const char* what, Bytes tail,
                          int64_t tail_offset) {
  const int64_t start = offset - tail_offset;
  const auto size = static_cast<int64_t>(tail.size());
  if (offset < tail_offset || length <= 0 || start > size || length > size - start) {
    return Mismatch("its {} of {} bytes at {} is not behind the pages", what, length, offset);
  }
  return tail.subspan(static_cast<size_t>(start), static_cast<size_t>(length));
}

Status CheckIndexes(const ChunkFacts& chunk, const Target& target, Bytes tail,
                    int64_t tail_offset) {
  const ColumnChunk& self = chunk.chunk;
  const bool any =
      self.offset_index_offset || self.column_index_offset || chunk.meta().bloom_filter_offset;
  if (!any) return Status::OK();
  if (!target.page_index) return Mismatch("it has a page index or Bloom filter");
  const std::vector<PageFact> pages = DataPages(chunk);
  if (self.offset_index_offset) {
    PQ_ASSIGN(const Bytes bytes,
              BytesBehind(*self.offset_index_offset, self.offset_index_length.value_or(0),
                          "offset index", tail, tail_offset));
    const auto index = ParseOffsetIndex(bytes);
    if (!index.ok()) return Mismatch("{}", index.status().message());
    PQ_RETURN_NOT_OK(CheckOffsetIndex(*index, chunk, pages));
  }
  if (self.column_index_offset) {
    PQ_ASSIGN(const Bytes bytes,
              BytesBehind(*self.column_index_offset, self.column_index_length.value_or(0),
                          "column index", tail, tail_offset));
    const auto index = ParseColumnIndex(bytes);
    if (!index.ok()) return Mismatch("{}", index.status().message());
    PQ_RETURN_NOT_OK(CheckColumnIndex(*index, chunk, pages.size()));
  }
  return Status::OK();
}

Status CheckNothingElse(const FileMetaData& footer, ByteRange between) {
  std::vector<ByteRange> pieces = PiecesOf(footer);
  std::ranges::sort(pieces, {}, &ByteRange::offset);
  int64_t at = between.offset;
  for (const ByteRange& piece : pieces) {
    if (piece.offset != at || piece.length <= 0) break;
    at += piece.length;
  }
  if (at == between.end()) return Status::OK();
  return Mismatch(
      "the bytes from {} to {}, between pages and footer, are not what the footer names, "
      "from {} on",
      between.offset, between.end(), at);
}

}  // namespace pqpack
