// SPDX-License-Identifier: Apache-2.0
#include "execute/copy/copied_indexes.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "diagnose/said_of_values.h"
#include "diagnose/value_order.h"
#include "format/column_index.h"
#include "format/compact_writer.h"
#include "format/offset_index.h"

namespace pqpack {
namespace {

// First rows that start at 0 and grow, inside of the row group.
bool Grow(const std::vector<PageLocation>& pages, int64_t rows) {
  int64_t next = 0;
  for (const PageLocation& page : pages) {
    const bool first = &page == pages.data();
    if (page.first_row_index < next || page.first_row_index >= rows) return false;
    if (first && page.first_row_index != 0) return false;
    next = page.first_row_index + 1;
  }
  return true;
}

// The same pages as before, where they are now.
std::string Moved(OffsetIndex index, const CopiedChunk& copied, int64_t rows) {
  auto& pages = index.page_locations;
  if (pages.size() != copied.old_pages.size() || !Grow(pages, rows)) return {};
  for (size_t i = 0; i < pages.size(); ++i) {
    const PageLocation& old_page = copied.old_pages[i];
    const PageLocation& new_page = copied.new_pages[i];
    const bool same_page = pages[i].offset == old_page.offset &&
                           pages[i].compressed_page_size == old_page.compressed_page_size;
    const bool same_row =
        old_page.first_row_index < 0 || pages[i].first_row_index == old_page.first_row_index;
    if (!same_page || !same_row) return {};
    pages[i].offset = new_page.offset;
    pages[i].compressed_page_size = new_page.compressed_page_size;
  }
  return Serialize(index);
}

bool Fits(const ColumnIndex& index, const CopiedChunk& copied, const SchemaTree::Node& leaf) {
  const size_t pages = copied.new_pages.size();
  const auto fits = [pages](const auto& list, int levels) {
    return !list || list->empty() || list->size() == pages * static_cast<size_t>(levels);
  };
  if (index.null_pages.size() != pages || index.min_values.size() != pages ||
      index.max_values.size() != pages || !fits(index.null_counts, 1) ||
      !fits(index.nan_counts, 1) ||
      !fits(index.repetition_level_histograms, leaf.max_repetition_level + 1) ||
      !fits(index.definition_level_histograms, leaf.max_definition_level + 1)) {
    return false;
  }
  if (!index.null_counts) return true;
  const auto& counts = *index.null_counts;
  const int64_t values = copied.meta.num_values;
  if (std::ranges::any_of(counts, [=](int64_t n) { return n < 0 || n > values; })) return false;
  const auto& statistics = copied.meta.statistics;
  if (!statistics || !statistics->null_count) return true;
  int64_t left = *statistics->null_count;
  for (const int64_t nulls : counts) {
    if (nulls > left) return false;
    left -= nulls;
  }
  return left == 0;
}

// parquet-mr's -1 is no count.
void ForgetUnknownCounts(ColumnIndex* index) {
  if (!index->null_counts) return;
  if (std::ranges::find(*index->null_counts, -1) != index->null_counts->end()) {
    index->null_counts.reset();
  }
}

// Of an index that is not there, or could not be read.
IndexCopy WithoutValue(const Status& problem) {
  if (problem.ok()) return IndexCopy::kDone;
  return CodeOf(problem) == ErrorCode::kTooLarge ? IndexCopy::kTooLarge : IndexCopy::kUnreadable;
}

}  // namespace

Result<IndexCopy> CopiedIndexes::Add(const ColumnChunk& old, const CopiedChunk& copied,
                                     const CopiedLeaf& leaf, int64_t rows, bool bounds,
                                     IndexReader& source) {
  Pair& pair = chunks_.emplace_back();
  PQ_ASSIGN(auto offsets, source.ReadOffsetIndex(old));
  if (!offsets.value) return WithoutValue(offsets.problem);
  pair.offset_index = Moved(*std::move(offsets.value), copied, rows);
  // Bounds of pages that can't be found are of no use.
  if (pair.offset_index.empty()) return IndexCopy::kContradicts;
  if (!bounds) return IndexCopy::kDone;
  PQ_ASSIGN(auto index, source.ReadColumnIndex(old));
  if (!index.value) return WithoutValue(index.problem);
  ForgetUnknownCounts(&*index.value);
  if (!Fits(*index.value, copied, leaf.node) ||
      !FindPageBoundsProblem(*index.value, ValueOrder::Of(leaf.element)).what.empty()) {
    return IndexCopy::kContradicts;
  }
  pair.column_index = Serialize(*index.value);
  return IndexCopy::kDone;
}

Status CopiedIndexes::Write(arrow::io::OutputStream& sink, FileMetaData* footer) const {
  std::vector<ColumnChunk*> chunks;
  for (RowGroup& group : footer->row_groups) {
    for (ColumnChunk& chunk : group.columns) chunks.push_back(&chunk);
  }
  const auto write = [&sink](const std::string& index, auto* offset, auto* length) -> Status {
    if (index.empty()) return Status::OK();
    PQ_ASSIGN(*offset, sink.Tell());
    *length = static_cast<int32_t>(index.size());
    return sink.Write(index.data(), static_cast<int64_t>(index.size()));
  };
  const bool whole =
      std::ranges::none_of(chunks_, [](const Pair& pair) { return pair.offset_index.empty(); });
  const auto wanted = [whole](const Pair& pair) { return whole || !pair.made; };
  for (size_t i = 0; i < chunks.size(); ++i) {
    if (!wanted(chunks_[i])) continue;
    PQ_RETURN_NOT_OK(write(chunks_[i].column_index, &chunks[i]->column_index_offset,
                           &chunks[i]->column_index_length));
  }
  for (size_t i = 0; i < chunks.size(); ++i) {
    if (!wanted(chunks_[i])) continue;
    PQ_RETURN_NOT_OK(write(chunks_[i].offset_index, &chunks[i]->offset_index_offset,
                           &chunks[i]->offset_index_length));
  }
  return Status::OK();
}

}  // namespace pqpack
