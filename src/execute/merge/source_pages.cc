// SPDX-License-Identifier: Apache-2.0
#include "execute/merge/source_pages.h"

#include <algorithm>
#include <utility>

#include "diagnose/deep/page_bodies.h"
#include "execute/copy/repair_statistics.h"

namespace pqpack {
namespace {

// Of the slots' values, without a count of nulls that was made for others.
std::optional<Statistics> TrustedStatistics(const SourcePages& source, const PageTrust& trust,
                                            size_t column) {
  std::optional<Statistics> statistics = source.meta->statistics;
  RepairStatistics(source.keep_bounds, trust.element(column), trust.leaf(column),
                   source.meta->num_values, &statistics);
  return statistics;
}

void Add(const SourcePage& page, PageSums* sums) {
  ++sums->pages;
  const Encoding encoding = page.encoding();
  if (IsDictionary(encoding)) {
    sums->indexed_slots += page.slots();
    return;
  }
  ++sums->other_pages;
  if (!MovesWholeOnly(encoding)) return;
  ++sums->whole_pages;
  sums->whole_bytes += page.header.uncompressed_page_size;
}

}  // namespace

Result<DictionaryEntries> SourcePages::Entries(const ValueShape& shape,
                                               Decompressor* unpack) const {
  const SourcePage& page = *chunk.dictionary;
  PQ_ASSIGN(OpenPage open, OpenBody(page.header, page.body, meta->codec, levels.max, unpack));
  if (open.bytes == nullptr) {
    open.bytes =
        std::make_shared<arrow::Buffer>(page.body.data(), static_cast<int64_t>(page.body.size()));
  }
  return DictionaryEntries::Make(std::move(open.bytes), page.slots(), shape, unpack->pool());
}

ValueFacts SourcePages::FactsOf(const SourcePage& page, const FactRules& rules) const {
  const bool may_be_null = levels.max.definition > 0;
  if (chunk.pages.size() == 1) return facts;
  const auto& statistics =
      page.is_v2() ? page.header.data_v2->statistics : page.header.data->statistics;
  ValueFacts known = rules.Read(statistics, page.slots(), may_be_null);
  if (page.is_v2()) known.nulls = page.header.data_v2->num_nulls;
  if (facts.nulls == 0) known.nulls = 0;
  if (!keep_bounds) known.bounds.reset();
  // Bounds of the chunk hold for each of its pages.
  if (!known.bounds && !known.all_null()) known.bounds = facts.bounds;
  return known;
}

std::string ObstacleToMoving(const MergeSetup& setup, const PageTrusts& trusts, size_t leaf,
                             size_t place, const ColumnMetaData& chunk) {
  const SourceShape& shape = setup.ShapeOf(place);
  const auto column = static_cast<size_t>((*shape.column_of)[leaf]);
  const SchemaNode& node = *shape.leaves[column];
  if (node.conversion != Conversion::kNone) return "values of another type";
  const PageTrust& trust = trusts.Of(place);
  const SchemaTree::Node& levels = trust.leaf(column);
  const parquet::ColumnDescriptor& output = *setup.column(leaf);
  if (levels.max_repetition_level != output.max_repetition_level() ||
      (node.level_map.empty() && levels.max_definition_level != output.max_definition_level())) {
    return "levels of another kind";
  }
  return trust.ObstacleIn(chunk, column, setup.encode());
}

Status ReadSourcePages(const MergeSetup& setup, const PageTrusts& trusts, size_t leaf,
                       const FactRules& rules, const OpenSource& source, SourcePages* out) {
  SourcePages& pages = *out;
  pages.source = &source;
  const SourceShape& shape = setup.ShapeOf(source.place);
  const int at = (*shape.column_of)[leaf];
  const int64_t rows = source.group->num_rows;
  if (at < 0) {
    pages.facts = {rows, rows, {}};
    return Status::OK();
  }
  const auto column = static_cast<size_t>(at);
  const PageTrust& trust = trusts.Of(source.place);
  const ColumnMetaData& meta = *source.group->columns[column].meta_data;
  const std::string obstacle = ObstacleToMoving(setup, trusts, leaf, source.place, meta);
  if (!obstacle.empty()) return Error(ErrorCode::kUnsupported, obstacle);
  const SchemaTree::Node& levels = trust.leaf(column);
  const ChunkRules chunk_rules = trust.RulesFor(column, rows, setup.codec(leaf), setup.encode());
  pages.meta = &meta;
  pages.levels = {{levels.max_repetition_level, levels.max_definition_level},
                  shape.leaves[column]->level_map};
  PQ_ASSIGN(pages.chunk, ReadSourceChunk(meta, chunk_rules, *source.file->file));
  pages.keep_bounds = trust.KeepsBounds(column);
  pages.facts = rules.Read(TrustedStatistics(pages, trust, column), meta.num_values,
                           levels.max_definition_level > 0);
  return Status::OK();
}

PageSums SumsOf(std::span<const SourcePages> sources) {
  PageSums sums;
  for (const SourcePages& source : sources) {
    for (const SourcePage& page : source.chunk.pages) Add(page, &sums);
    if (!source.chunk.dictionary) continue;
    const PageHeader& header = source.chunk.dictionary->header;
    const int64_t entries = *header.num_values();
    const int64_t bytes = header.uncompressed_page_size;
    ++sums.dictionaries;
    sums.entries += entries;
    sums.entry_bytes += bytes;
    sums.most_entries = std::max(sums.most_entries, entries);
    sums.most_entry_bytes = std::max(sums.most_entry_bytes, bytes);
  }
  return sums;
}

}  // namespace pqpack
