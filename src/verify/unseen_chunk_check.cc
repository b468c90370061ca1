// SPDX-License-Identifier: Apache-2.0
#include "verify/unseen_chunk_check.h"

#include <fmt/format.h>

#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "format/offset_index.h"
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
Status CheckSame(const ColumnMetaData& meta, const UnseenSource& copied) {
  const ColumnMetaData& source = copied.meta;
  const auto differs = [](std::string_view what) {
    return Mismatch("its {} not that of the source, whose bytes it has", what);
  };
  const ByteRange place{source.pages().offset + copied.shift, source.pages().length};
  if (meta.pages() != place) return differs("place is");
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

}  // namespace

Status CheckSameLevels(const SchemaTree& tree, const SchemaTree& source) {
  if (tree.leaves().size() != source.leaves().size()) return Mismatch("columns came or went");
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

Status CheckUnseenChunk(const ChunkFacts& chunk, const UnseenSource& source,
                        const FileMetaData& footer, const Target& target, Bytes tail,
                        int64_t tail_offset) {
  PQ_RETURN_NOT_OK(CheckSame(chunk.meta(), source));
  PQ_RETURN_NOT_OK(CheckChunkByFirstPages(chunk, target));
  if (chunk.meta().statistics && !footer.column_orders) {
    PQ_RETURN_NOT_OK(CheckNeedsNoOrder(*chunk.meta().statistics));
  }
  if (!chunk.chunk.offset_index_offset) return CheckIndexes(chunk, target, tail, tail_offset);
  PQ_ASSIGN(const Bytes bytes, BytesBehind(*chunk.chunk.offset_index_offset,
                                           chunk.chunk.offset_index_length.value_or(0),
                                           "offset index", tail, tail_offset));
  const auto index = ParseOffsetIndex(bytes);
  if (!index.ok()) return Mismatch("{}", index.status().message());
  PQ_ASSIGN(const auto pages, PagesOf(*index, chunk));
  const ChunkFacts indexed{chunk.chunk, chunk.element, chunk.node, chunk.rows, pages};
  return CheckIndexes(indexed, target, tail, tail_offset);
}

}  // namespace pqpack
