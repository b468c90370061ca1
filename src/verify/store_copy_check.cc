// SPDX-License-Identifier: Apache-2.0
#include "verify/store_copy_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <string>

#include "format/offset_index.h"
#include "format/schema_tree.h"
#include "verify/chunk_check.h"
#include "verify/footer_check.h"
#include "verify/index_check.h"
#include "verify/mismatch.h"

namespace pqpack {
namespace {

template <typename T>
bool KeptOrLeftOut(const std::optional<T>& kept, const std::optional<T>& source) {
  return !kept || kept == source;
}

bool KeptOrLeftOut(const std::optional<Statistics>& kept, const std::optional<Statistics>& source) {
  if (!kept) return true;
  if (!source) return false;
  return KeptOrLeftOut(kept->min, source->min) && KeptOrLeftOut(kept->max, source->max) &&
         KeptOrLeftOut(kept->min_value, source->min_value) &&
         KeptOrLeftOut(kept->max_value, source->max_value) &&
         KeptOrLeftOut(kept->is_min_value_exact, source->is_min_value_exact) &&
         KeptOrLeftOut(kept->is_max_value_exact, source->is_max_value_exact) &&
         KeptOrLeftOut(kept->null_count, source->null_count) &&
         KeptOrLeftOut(kept->nan_count, source->nan_count);
}

// The same bytes, said to be the same.
Status CheckSame(const ColumnMetaData& meta, const ColumnMetaData& source) {
  const auto differs = [](std::string_view what) {
    return Mismatch("its {} not that of the source, whose bytes it has", what);
  };
  if (meta.pages() != source.pages()) return differs("place is");
  if (meta.type != source.type || meta.codec != source.codec) return differs("type or codec is");
  if (meta.num_values != source.num_values) return differs("number of values is");
  if (meta.total_uncompressed_size != source.total_uncompressed_size) {
    return differs("uncompressed size is");
  }
  if (meta.encodings != source.encodings || meta.encoding_stats != source.encoding_stats) {
    return differs("lists of encodings are");
  }
  if (!KeptOrLeftOut(meta.statistics, source.statistics) ||
      !KeptOrLeftOut(meta.size_statistics, source.size_statistics)) {
    return differs("statistics are");
  }
  if (meta.index_page_offset) return Mismatch("it has an index page");
  return Status::OK();
}

Status CheckLevels(const SchemaTree& tree, const SchemaTree& source) {
  for (size_t c = 0; c < tree.leaves().size(); ++c) {
    const int leaf = tree.leaves()[c];
    const SchemaTree::Node& node = tree.node(leaf);
    const SchemaTree::Node& old = source.node(source.leaves()[c]);
    if (node.max_definition_level != old.max_definition_level ||
        node.max_repetition_level != old.max_repetition_level) {
      return Mismatch("column {} ({}) has levels up to {} and {} instead of {} and {}", c,
                      tree.DottedPath(leaf), node.max_definition_level, node.max_repetition_level,
                      old.max_definition_level, old.max_repetition_level);
    }
  }
  return Status::OK();
}

// The chunks, each behind the one before, from the magic to the end of what was copied: else
// there might be rows between them.
Status CheckFilled(const FileMetaData& footer, int64_t data_end) {
  int64_t at = kMagicSize;
  for (size_t g = 0; g < footer.row_groups.size(); ++g) {
    for (const ColumnChunk& chunk : footer.row_groups[g].columns) {
      const ByteRange pages = chunk.meta_data->pages();
      if (pages.offset != at) {
        return Mismatch("row group {}: a column chunk begins at {}, the one before ends at {}", g,
                        pages.offset, at);
      }
      at = pages.end();
    }
  }
  if (at == data_end) return Status::OK();
  return Mismatch("the column chunks end at {}, the bytes that were copied at {}", at, data_end);
}

// The pages that the offset index tells of, which must fill the chunk.  How many values they
// have is known from it for flat columns alone.
Result<std::vector<PageFact>> PagesOf(const OffsetIndex& index, const ChunkFacts& chunk) {
  std::vector<PageFact> pages;
  int64_t at = chunk.meta().data_page_offset;
  for (size_t i = 0; i < index.page_locations.size(); ++i) {
    const PageLocation& location = index.page_locations[i];
    const bool last = i + 1 == index.page_locations.size();
    const int64_t next = last ? chunk.rows : index.page_locations[i + 1].first_row_index;
    const int64_t rows = next - location.first_row_index;
    if (location.offset != at || location.compressed_page_size <= 0) break;
    if (rows <= 0 || rows > std::numeric_limits<int32_t>::max()) {
      return Mismatch("its offset index has a page of {} rows", rows);
    }
    PageFact& page = pages.emplace_back();
    page.offset = at;
    page.body_size = location.compressed_page_size;
    page.num_values = static_cast<int32_t>(rows);
    page.type = PageType::kData;
    at = page.end();
  }
  if (at == chunk.meta().pages().end() && pages.size() == index.page_locations.size()) return pages;
  return Mismatch("its offset index does not fill it: up to {}, its end is at {}", at,
                  chunk.meta().pages().end());
}

class Proof {
 public:
  Proof(const FileMetaData& footer, const SchemaTree& tree, const Target& target, Bytes end,
        int64_t data_end)
      : footer_(footer), tree_(tree), target_(target), end_(end), data_end_(data_end) {}

  Status Run(const CopiedSource& source, const ExpectedFilters& filters) const {
    size_t g = 0;
    for (size_t s = 0; s < source.footer.row_groups.size(); ++s) {
      const RowGroup& old = source.footer.row_groups[s];
      if (old.num_rows == 0) continue;
      if (g == footer_.row_groups.size() || footer_.row_groups[g].num_rows != old.num_rows) {
        return Mismatch("row group {} is not row group {} of the source", g, s);
      }
      PQ_RETURN_NOT_OK(CheckGroup(g, old, source.first_pages.at(s), filters));
      ++g;
    }
    if (g == footer_.row_groups.size()) return CheckFilled(footer_, data_end_);
    return Mismatch("the output has more row groups than the source");
  }

 private:
  Status CheckGroup(size_t g, const RowGroup& old,
                    const std::vector<std::vector<PageFact>>& first_pages,
                    const ExpectedFilters& filters) const {
    const RowGroup& group = footer_.row_groups[g];
    for (size_t c = 0; c < group.columns.size(); ++c) {
      const int leaf = tree_.leaves()[c];
      const ChunkFacts chunk{group.columns[c], tree_.element(leaf), tree_.node(leaf),
                             group.num_rows, first_pages.at(c)};
      Status status = CheckOne(chunk, *old.columns[c].meta_data);
      if (status.ok()) status = CheckFilter(chunk.meta(), filters, g, c, end_, data_end_);
      if (!status.ok()) {
        return Within(fmt::format("row group {}, column {} ({})", g, c, tree_.DottedPath(leaf)),
                      status);
      }
    }
    return CheckRowGroup(group, g, tree_.leaves().size());
  }

  Status CheckOne(const ChunkFacts& chunk, const ColumnMetaData& source) const {
    PQ_RETURN_NOT_OK(CheckSame(chunk.meta(), source));
    PQ_RETURN_NOT_OK(CheckChunkByFirstPages(chunk, target_));
    if (chunk.meta().statistics && !footer_.column_orders) {
      PQ_RETURN_NOT_OK(CheckNeedsNoOrder(*chunk.meta().statistics));
    }
    if (!chunk.chunk.offset_index_offset) return CheckIndexes(chunk, target_, end_, data_end_);
    PQ_ASSIGN(const Bytes bytes, OffsetIndexOf(chunk.chunk));
    const auto index = ParseOffsetIndex(bytes);
    if (!index.ok()) return Mismatch("{}", index.status().message());
    PQ_ASSIGN(const auto pages, PagesOf(*index, chunk));
    const ChunkFacts indexed{chunk.chunk, chunk.element, chunk.node, chunk.rows, pages};
    return CheckIndexes(indexed, target_, end_, data_end_);
  }

  Result<Bytes> OffsetIndexOf(const ColumnChunk& chunk) const {
    return BytesBehind(*chunk.offset_index_offset, chunk.offset_index_length.value_or(0),
                       "offset index", end_, data_end_);
  }

  const FileMetaData& footer_;
  const SchemaTree& tree_;
  const Target& target_;
  const Bytes end_;
  const int64_t data_end_;
};

}  // namespace

Status StoreCopyCheck::Append(Bytes bytes) {
  if (static_cast<int64_t>(bytes.size()) > PageWalk::kMaxTail - static_cast<int64_t>(end_.size())) {
    return Mismatch("more than {} MiB behind the copied bytes", PageWalk::kMaxTail / kMiB);
  }
  end_.insert(end_.end(), bytes.begin(), bytes.end());
  return Status::OK();
}

Status StoreCopyCheck::Finish(const Target& target, const ExpectedOutput& expected,
                              const CopiedSource& source) {
  if (AsText(source.magic) != kMagic) return Mismatch("the output does not start with PAR1");
  PQ_ASSIGN(const FileMetaData footer, ReadEnd(end_, data_end_));
  PQ_ASSIGN(const SchemaTree tree, SchemaTree::Make(footer.schema));
  PQ_ASSIGN(const SchemaTree old, SchemaTree::Make(source.footer.schema));
  PQ_RETURN_NOT_OK(CheckFooter(footer, tree, target, expected));
  if (tree.leaves().size() != old.leaves().size()) return Mismatch("columns came or went");
  PQ_RETURN_NOT_OK(CheckLevels(tree, old));
  PQ_RETURN_NOT_OK(Proof(footer, tree, target, end_, data_end_).Run(source, expected.filters));
  return CheckNothingElse(footer, BetweenPagesAndFooter(footer, end_, data_end_));
}

}  // namespace pqpack
