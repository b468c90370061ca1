// SPDX-License-Identifier: Apache-2.0
//
// Page indexes: can they be read, do they agree with each other and with the chunk, and do
// they point where pages can be?  Bloom filters: are there any where the footer says?
//
// Source: PageIndex.md; parquet.thrift, OffsetIndex and ColumnIndex.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>

#include "diagnose/checks/groups.h"
#include "diagnose/said_of_values.h"
#include "diagnose/value_order.h"

namespace pqpack {
namespace {

// The first thing wrong with the places of pages; empty: nothing, or the chunk itself has no
// place in the file, which another check says.
std::string WrongPlaces(const OffsetIndex& index, const ColumnMetaData& meta, int64_t rows,
                        int64_t file_size) {
  const ByteRange pages = meta.pages();
  if (pages.offset < 0 || pages.length < 0 || pages.length > file_size - pages.offset) return "";
  const auto& places = index.page_locations;
  if (places.empty()) return meta.num_values > 0 ? "the offset index names no page" : "";
  if (places.front().first_row_index != 0) return "the first page does not begin at row 0";
  for (size_t i = 0; i < places.size(); ++i) {
    const PageLocation& place = places[i];
    if (place.offset < pages.offset || place.compressed_page_size <= 0 ||
        place.offset > pages.end() || place.compressed_page_size > pages.end() - place.offset) {
      return fmt::format("page {} at {} lies outside of the chunk", i, place.offset);
    }
    if (place.first_row_index < 0 || place.first_row_index >= rows) {
      return fmt::format("page {} begins at row {} of {}", i, place.first_row_index, rows);
    }
    if (i == 0) continue;
    if (place.first_row_index <= places[i - 1].first_row_index) {
      return fmt::format("page {} does not begin at a later row than the one before", i);
    }
    if (place.offset < places[i - 1].offset + places[i - 1].compressed_page_size) {
      return fmt::format("page {} begins inside of the one before", i);
    }
  }
  return "";
}

std::string WrongLists(const ColumnIndex& index, const std::optional<OffsetIndex>& places,
                       const ColumnMetaData& meta, const SchemaTree::Node& leaf) {
  const size_t pages = index.null_pages.size();
  const auto fits = [pages](const auto& list, int each) {
    return !list || list->empty() || list->size() == pages * static_cast<size_t>(each);
  };
  if (index.min_values.size() != pages || index.max_values.size() != pages ||
      (index.null_counts && index.null_counts->size() != pages) || !fits(index.nan_counts, 1) ||
      !fits(index.repetition_level_histograms, leaf.max_repetition_level + 1) ||
      !fits(index.definition_level_histograms, leaf.max_definition_level + 1)) {
    return "the column index's lists are not equally long";
  }
  if (places && places->page_locations.size() != pages) {
    return fmt::format("{} pages in the column index, {} in the offset index", pages,
                       places->page_locations.size());
  }
  bool counted = index.null_counts && meta.statistics && meta.statistics->null_count;
  int64_t nulls = 0;
  for (size_t i = 0; i < pages; ++i) {
    if (index.null_counts) {
      const int64_t count = (*index.null_counts)[i];
      if (count == -1) counted = false;  // parquet-mr's "not known"
      if (count < -1 || count > meta.num_values) return fmt::format("page {}: {} nulls", i, count);
      if (count > 0 && count > meta.num_values - nulls) return "more nulls than values";
      nulls += std::max<int64_t>(count, 0);
    }
  }
  if (counted && nulls != *meta.statistics->null_count) {
    return fmt::format("{} nulls in the column index, {} in the statistics", nulls,
                       *meta.statistics->null_count);
  }
  return "";
}

void Indexes(const FileView& view, const Target&, Finder* found) {
  ForEachChunk(view, [&](Place place, const RowGroup& group, const ColumnChunk& chunk,
                         const ColumnMetaData& meta) {
    if (chunk.column_index_offset && !chunk.offset_index_offset) {
      found->Add(place, "a column index without an offset index");
      return;
    }
    const ChunkDetails* details = view.Details(place.row_group, place.column);
    if (details == nullptr || !view.HasLeaf(place.column)) return;
    std::string problem;
    if (details->offset_index) {
      problem = WrongPlaces(*details->offset_index, meta, group.num_rows, view.file_size);
    }
    if (problem.empty() && details->column_index) {
      problem = WrongLists(*details->column_index, details->offset_index, meta,
                           view.tree.node(view.LeafNode(place.column)));
    }
    if (!problem.empty()) return found->Add(place, problem);
    if (!details->column_index) return;
    const SchemaElement& leaf = view.tree.element(view.LeafNode(place.column));
    auto bounds = FindPageBoundsProblem(*details->column_index, ValueOrder::Of(leaf));
    if (bounds.what.empty()) return;
    if (bounds.ignored) return found->Suspect(place, std::move(bounds.what));
    found->Add(place, std::move(bounds.what));
  });
}

// What was not looked at need not be wrong.
void AddUnreadable(const ChunkDetails& details, const Place& place, const std::string& problem,
                   Finder* found) {
  if (details.index_too_large) {
    found->Suspect(place, problem);
  } else {
    found->Add(place, problem);
  }
}

void Unreadable(const FileView& view, const Target&, Finder* found) {
  ForEachChunk(view,
               [&](Place place, const RowGroup&, const ColumnChunk& chunk, const ColumnMetaData&) {
                 const ChunkDetails* details = view.Details(place.row_group, place.column);
                 if (details == nullptr) return;
                 if (!details->offset_index_problem.empty()) {
                   place.offset = chunk.offset_index_offset.value_or(-1);
                   AddUnreadable(*details, place, details->offset_index_problem, found);
                 } else if (!details->column_index_problem.empty()) {
                   place.offset = chunk.column_index_offset.value_or(-1);
                   AddUnreadable(*details, place, details->column_index_problem, found);
                 }
               });
}

void Filters(const FileView& view, const Target&, Finder* found) {
  ForEachChunk(view,
               [&](Place place, const RowGroup&, const ColumnChunk&, const ColumnMetaData& meta) {
                 const ChunkDetails* details = view.Details(place.row_group, place.column);
                 if (details == nullptr || details->bloom_filter.problem.empty()) return;
                 place.offset = meta.bloom_filter_offset.value_or(-1);
                 if (place.offset < kMagicSize || place.offset >= view.file_size)
                   return;  // told by another
                 found->Add(place, details->bloom_filter.problem);
               });
}

Severity OfIndexes(const Target& target) {
  return target.reads_page_index ? Severity::kError : Severity::kWarn;
}

constexpr Check kChecks[] = {
    {
        .id = "page-index-unreadable",
        .title = "a page index can't be read",
        .looks_at = LooksAt::kIndexes,
        .repair = RepairLevel::kFooter,
        .mend = "the page index is left out",
        .evidence = "xitongsys/parquet-go#547",
        .severity = OfIndexes,
        .run = Unreadable,
    },
    {
        .id = "page-index-inconsistent",
        .title = "a page index contradicts itself or its chunk",
        .looks_at = LooksAt::kIndexes,
        .repair = RepairLevel::kFooter,
        .mend = "the page index is left out",
        .evidence = "xitongsys/parquet-go#547 apache/arrow-go#1075 apache/arrow-go#883",
        .severity = OfIndexes,
        .run = Indexes,
    },
    {
        .id = "bloom-filter-unusable",
        .title = "where the footer says a Bloom filter is, there is none that readers know",
        .looks_at = LooksAt::kIndexes,
        .repair = RepairLevel::kFooter,
        .mend = "the filter is left out",
        .evidence = "https://parquet.apache.org/docs/file-format/bloomfilter/",
        .severity = OfIndexes,
        .run = Filters,
    },
};

}  // namespace

std::span<const Check> IndexChecks() { return kChecks; }

}  // namespace pqpack
