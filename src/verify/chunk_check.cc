// SPDX-License-Identifier: Apache-2.0
//
// Readers act on what the footer says of a chunk without opening it: they drop
// row groups by encoding_stats and dictionaries, by counts and bounds, and size
// buffers by the sums.  So each of these is recomputed from the page headers.
#include "verify/chunk_check.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "verify/dictionary.h"
#include "verify/mismatch.h"

namespace pqpack {
namespace {

Status CheckTiles(const ChunkFacts& chunk) {
  const ByteRange range = chunk.meta().pages();
  int64_t at = range.offset;
  for (const PageFact& page : chunk.pages) {
    if (page.offset != at) break;
    at = page.end();
  }
  if (at == range.end()) return Status::OK();
  return Mismatch("its bytes from {} to {} are not whole pages, from {} on", range.offset,
                  range.end(), at);
}

Status CheckLevels(const PageFact& page, const Target& target) {
  for (const Encoding levels : {page.definition_levels, page.repetition_levels}) {
    const bool allowed = levels == Encoding::kRle ||
                         (levels == Encoding::kBitPacked && target.encodings.Has(levels));
    if (!allowed) {
      return Mismatch("the page at {} has levels in {}", page.offset, ToString(levels));
    }
  }
  return Status::OK();
}

Status CheckPage(const PageFact& page, bool first, const ChunkFacts& chunk, const Target& target) {
  if (!target.pages.Has(page.type)) {
    return Mismatch("{} does not read the {} at {}", target.name, ToString(page.type), page.offset);
  }
  if (page.type == PageType::kIndex) return Status::OK();
  if (!target.encodings.Has(page.encoding)) {
    return Mismatch("{} does not read {}, in the page at {}", target.name, ToString(page.encoding),
                    page.offset);
  }
  const bool stored = chunk.meta().codec == Codec::kUncompressed || !page.compressed;
  if (stored && page.body_size != page.uncompressed_size) {
    return Mismatch("the page at {} has {} bytes and {} uncompressed, but is not compressed",
                    page.offset, page.body_size, page.uncompressed_size);
  }
  if (page.distinct_count) {
    return Mismatch("the page at {} has a distinct_count in its statistics", page.offset);
  }
  if (page.type == PageType::kDictionary) {
    if (!first) return Mismatch("a dictionary page at {} behind other pages", page.offset);
    if (IsDictionary(page.encoding) || page.encoding == Encoding::kPlain) return Status::OK();
    return Mismatch("the dictionary page at {} is in {}", page.offset, ToString(page.encoding));
  }
  if (page.num_nulls > page.num_values || page.num_rows > page.num_values) {
    return Mismatch("the page at {} has {} values with {} nulls in {} rows", page.offset,
                    page.num_values, page.num_nulls, page.num_rows);
  }
  if (IsDictionary(page.encoding) && chunk.pages[0].type != PageType::kDictionary) {
    return Mismatch("the page at {} is in {} without a dictionary page", page.offset,
                    ToString(page.encoding));
  }
  return CheckLevels(page, target);
}

// Counts and sizes.
Status CheckSums(const ChunkFacts& chunk) {
  int64_t values = 0;
  int64_t rows = 0;
  int64_t uncompressed = 0;
  bool rows_known = true;
  for (const PageFact& page : chunk.pages) {
    uncompressed += int64_t{page.header_size} + page.uncompressed_size;
    if (!page.is_data()) continue;
    values += page.num_values;
    rows += page.num_rows;
    rows_known = rows_known && page.type == PageType::kDataV2;
  }
  const ColumnMetaData& meta = chunk.meta();
  if (values != meta.num_values) {
    return Mismatch("its pages have {} values, the footer says {}", values, meta.num_values);
  }
  if (rows_known && rows != chunk.rows) {
    return Mismatch("its pages have {} rows, its row group {}", rows, chunk.rows);
  }
  if (uncompressed != meta.total_uncompressed_size) {
    return Mismatch("its pages have {} bytes uncompressed, the footer says {}", uncompressed,
                    meta.total_uncompressed_size);
  }
  return Status::OK();
}

// The offsets that readers find the pages by.
Status CheckOffsets(const ChunkFacts& chunk) {
  const ColumnMetaData& meta = chunk.meta();
  const auto data = std::ranges::find_if(chunk.pages, &PageFact::is_data);
  if (data == chunk.pages.end()) return Mismatch("no data page");
  if (meta.data_page_offset != data->offset) {
    return Mismatch("data_page_offset is {}, the first data page is at {}", meta.data_page_offset,
                    data->offset);
  }
  const bool dictionary = chunk.pages[0].type == PageType::kDictionary;
  if (dictionary != meta.dictionary_page_offset.has_value()) {
    return Mismatch("dictionary_page_offset is {}, although there is {} dictionary page",
                    meta.dictionary_page_offset ? "given" : "absent", dictionary ? "a" : "no");
  }
  // Given, it is where the chunk begins (ColumnMetaData::pages), which CheckTiles has seen.
  return Status::OK();
}

// Arrow counts V2 pages as DATA_PAGE (its writer knows of one kind only), other
// writers by their kind; readers look at the encoding.
PageType CountedAs(PageType type) { return type == PageType::kDataV2 ? PageType::kData : type; }

// The two lists of encodings.  Level encodings are in the first one only, where
// writers give them whether or not there are levels.
Status CheckEncodings(const ChunkFacts& chunk) {
  std::set<Encoding> used;
  std::map<std::pair<PageType, Encoding>, int64_t> counts;
  for (const PageFact& page : chunk.pages) {
    if (page.type == PageType::kIndex) continue;
    used.insert(page.encoding);
    ++counts[{CountedAs(page.type), page.encoding}];
  }
  const ColumnMetaData& meta = chunk.meta();
  const std::set<Encoding> listed(meta.encodings.begin(), meta.encodings.end());
  for (const Encoding encoding : used) {
    if (!listed.contains(encoding)) {
      return Mismatch("its encodings lack {}", ToString(encoding));
    }
  }
  for (const Encoding encoding : listed) {
    const bool levels = encoding == Encoding::kRle || encoding == Encoding::kBitPacked;
    if (!levels && !used.contains(encoding)) {
      return Mismatch("its encodings name {}, which no page has", ToString(encoding));
    }
  }
  if (!meta.encoding_stats) return Status::OK();
  if (chunk.pages[0].type == PageType::kDictionary &&
      (meta.encoding_stats->empty() ||
       meta.encoding_stats->front().page_type != PageType::kDictionary)) {
    return Mismatch("its encoding_stats do not start with the dictionary page");
  }
  for (const PageEncodingStats& stats : *meta.encoding_stats) {
    counts[{CountedAs(stats.page_type), stats.encoding}] -= stats.count;
  }
  for (const auto& [key, left] : counts) {
    if (left == 0) continue;
    return Mismatch("its encoding_stats are off by {} for {} in {}", -left, ToString(key.first),
                    ToString(key.second));
  }
  return Status::OK();
}

// Bytes of a bound, or -1 where they vary.
int64_t WidthOf(const SchemaElement& element) {
  const int64_t width = PlainWidth(*element.type, /*length=*/0);
  return width > 0 ? width : -1;  // a bound of a string or fixed-length array may be cut
}

Status CheckStatistics(const ChunkFacts& chunk) {
  if (!chunk.meta().statistics) return Status::OK();
  const Statistics& statistics = *chunk.meta().statistics;
  if (statistics.distinct_count) return Mismatch("its statistics have a distinct_count");
  const int64_t nulls = statistics.null_count.value_or(0);
  if (nulls < 0 || nulls > chunk.meta().num_values) {
    return Mismatch("its statistics give {} nulls in {} values", nulls, chunk.meta().num_values);
  }
  if (chunk.node.max_definition_level == 0 && nulls != 0) {
    return Mismatch("its statistics give {} nulls in a required column", nulls);
  }
  const int64_t width = WidthOf(chunk.element);
  for (const auto* bound :
       {&statistics.min, &statistics.max, &statistics.min_value, &statistics.max_value}) {
    if (!*bound || width < 0 || static_cast<int64_t>((*bound)->size()) == width) continue;
    return Mismatch("its statistics have a bound of {} bytes", (*bound)->size());
  }
  return Status::OK();
}

// Absent or empty, or an entry per level that adds up to the values.
Status CheckHistogram(const std::optional<std::vector<int64_t>>& histogram, int max_level,
                      int64_t values) {
  if (!histogram || histogram->empty()) return Status::OK();
  int64_t left = values;
  for (const int64_t count : *histogram) {
    if (count < 0 || count > left) {
      left = -1;
      break;
    }
    left -= count;
  }
  if (left == 0 && histogram->size() == static_cast<size_t>(max_level) + 1) return Status::OK();
  return Mismatch("a level histogram of {} entries for {} values and level {} at the most",
                  histogram->size(), values, max_level);
}

Status CheckSizeStatistics(const ChunkFacts& chunk, const Target& target) {
  if (!chunk.meta().size_statistics) return Status::OK();
  if (!target.size_statistics) return Mismatch("it has size statistics");
  const SizeStatistics& sizes = *chunk.meta().size_statistics;
  PQ_RETURN_NOT_OK(CheckHistogram(sizes.definition_level_histogram, chunk.node.max_definition_level,
                                  chunk.meta().num_values));
  return CheckHistogram(sizes.repetition_level_histogram, chunk.node.max_repetition_level,
                        chunk.meta().num_values);
}

Status CheckPages(const ChunkFacts& chunk, const Target& target) {
  if (!target.codecs.Has(chunk.meta().codec)) {
    return Mismatch("{} does not read {}", target.name, ToString(chunk.meta().codec));
  }
  if (chunk.pages.empty()) return Mismatch("no page");
  for (const PageFact& page : chunk.pages) {
    PQ_RETURN_NOT_OK(CheckPage(page, &page == chunk.pages.data(), chunk, target));
  }
  return Status::OK();
}

// The chunk begins with these pages, and others follow.
Status CheckFirstTiles(const ChunkFacts& chunk) {
  const ByteRange range = chunk.meta().pages();
  int64_t at = range.offset;
  for (const PageFact& page : chunk.pages) {
    if (page.offset != at) return Mismatch("no page at {}, where one should be", at);
    at = page.end();
  }
  if (at < range.end()) return Status::OK();
  return Mismatch("its first pages end at {}, behind its own end at {}", at, range.end());
}

// No more in the first pages than in all.
Status CheckFirstCounts(const ChunkFacts& chunk) {
  int64_t values = 0;
  int64_t uncompressed = 0;
  for (const PageFact& page : chunk.pages) {
    uncompressed += int64_t{page.header_size} + page.uncompressed_size;
    if (page.is_data()) values += page.num_values;
  }
  const ColumnMetaData& meta = chunk.meta();
  if (values <= meta.num_values && uncompressed < meta.total_uncompressed_size) {
    return Status::OK();
  }
  return Mismatch(
      "its first pages have {} values and {} bytes uncompressed, all of it has {} and {}", values,
      uncompressed, meta.num_values, meta.total_uncompressed_size);
}

// The lists of encodings, of which pages show only a part.
Status CheckNamedEncodings(const ChunkFacts& chunk, const Target& target) {
  const ColumnMetaData& meta = chunk.meta();
  for (const Encoding encoding : meta.encodings) {
    if (!target.encodings.Has(encoding)) {
      return Mismatch("its encodings name {}, which {} does not read", ToString(encoding),
                      target.name);
    }
  }
  for (const PageFact& page : chunk.pages) {
    if (std::ranges::find(meta.encodings, page.encoding) == meta.encodings.end()) {
      return Mismatch("its encodings lack {}", ToString(page.encoding));
    }
    if (!meta.encoding_stats) continue;
    const bool counted = std::ranges::any_of(*meta.encoding_stats, [&](const auto& stats) {
      return CountedAs(stats.page_type) == CountedAs(page.type) &&
             stats.encoding == page.encoding && stats.count > 0;
    });
    if (!counted) return Mismatch("its encoding_stats lack the page at {}", page.offset);
  }
  return Status::OK();
}

}  // namespace

std::span<const PageFact> PagesIn(std::span<const PageFact> pages, ByteRange range) {
  const auto first = std::ranges::lower_bound(pages, range.offset, {}, &PageFact::offset);
  const auto last = std::ranges::lower_bound(pages, range.end(), {}, &PageFact::offset);
  return {first, last};
}

Status CheckNeedsNoOrder(const Statistics& statistics) {
  if (!statistics.min_value && !statistics.max_value) return Status::OK();
  return Mismatch("its statistics have bounds, the file no column orders");
}

Status CheckChunk(const ChunkFacts& chunk, const Target& target) {
  PQ_RETURN_NOT_OK(CheckTiles(chunk));
  PQ_RETURN_NOT_OK(CheckPages(chunk, target));
  PQ_RETURN_NOT_OK(CheckOffsets(chunk));
  PQ_RETURN_NOT_OK(CheckSums(chunk));
  PQ_RETURN_NOT_OK(CheckEncodings(chunk));
  PQ_RETURN_NOT_OK(CheckStatistics(chunk));
  return CheckSizeStatistics(chunk, target);
}

Status CheckChunkByFirstPages(const ChunkFacts& chunk, const Target& target) {
  if (chunk.pages.empty()) return Mismatch("no page");
  const ByteRange range = chunk.meta().pages();
  if (chunk.pages.back().end() == range.end()) return CheckChunk(chunk, target);
  PQ_RETURN_NOT_OK(CheckFirstTiles(chunk));
  PQ_RETURN_NOT_OK(CheckPages(chunk, target));
  PQ_RETURN_NOT_OK(CheckOffsets(chunk));
  PQ_RETURN_NOT_OK(CheckFirstCounts(chunk));
  PQ_RETURN_NOT_OK(CheckNamedEncodings(chunk, target));
  PQ_RETURN_NOT_OK(CheckStatistics(chunk));
  return CheckSizeStatistics(chunk, target);
}

}  // namespace pqpack
