// SPDX-License-Identifier: Apache-2.0
#include "execute/copy/unseen_chunk.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace pqpack {
namespace {

Status Corrupt(std::string problem) { return Error(ErrorCode::kCorrupt, std::move(problem)); }

int64_t UncompressedSize(const SeenHeader& seen) {
  return seen.parsed.length + seen.parsed.header.uncompressed_page_size;
}

// One chunk's first pages, held against what the footer says of it.
class FirstPages {
 public:
  FirstPages(const ColumnMetaData& chunk, const ChunkDetails& seen, const ChunkRules& rules)
      : chunk_(chunk), seen_(seen), rules_(rules) {}

  Status Check() const {
    if (!seen_.header_problem.empty()) return Corrupt(seen_.header_problem);
    if (seen_.past_end != 0) return Corrupt("its pages pass its end");
    if (!seen_.first || !seen_.first_data) return Corrupt("it has no data page");
    if (has_dictionary()) PQ_RETURN_NOT_OK(CheckHeader(*seen_.first, {}));
    PQ_RETURN_NOT_OK(CheckHeader(*seen_.first_data, {.dictionary = has_dictionary()}));
    PQ_RETURN_NOT_OK(CheckEncodings());
    return CheckCounts();
  }

  bool has_dictionary() const { return seen_.first->offset != seen_.first_data->offset; }

 private:
  Status CheckHeader(const SeenHeader& seen, PagesBefore before) const {
    if (seen.shortened) return Error(ErrorCode::kUnsupported, "its page headers are long");
    PageHeader header = seen.parsed.header;
    if (!rules_.target.pages.Has(header.type)) {
      return Error(ErrorCode::kUnsupported, "the target does not read " + ToString(header.type));
    }
    PQ_ASSIGN(const bool changed, MendHeader(rules_, before, &header));
    if (changed) return Error(ErrorCode::kUnsupported, "its page headers have to change");
    if (header.has_two_sizes(chunk_.codec)) {
      return Corrupt("a page is not compressed, and has two sizes");
    }
    return Status::OK();
  }

  // Readers tell by the lists of encodings whether a dictionary has all values.
  Status CheckEncodings() const {
    const Encoding data = *seen_.first_data->parsed.header.encoding();
    if (std::ranges::find(chunk_.encodings, data) == chunk_.encodings.end()) {
      return Corrupt("its encodings lack that of its first page");
    }
    if (!chunk_.encoding_stats) return Status::OK();
    const auto& stats = *chunk_.encoding_stats;
    const auto is_dictionary = [](const PageEncodingStats& pages) {
      return pages.page_type == PageType::kDictionary;
    };
    const bool counted = !stats.empty() && is_dictionary(stats.front());
    if (std::ranges::count_if(stats, is_dictionary) != (has_dictionary() ? 1 : 0) ||
        counted != has_dictionary()) {
      return Corrupt("its encoding_stats and its first page disagree on a dictionary");
    }
    // Arrow calls pages of version 2 DATA_PAGE there.
    const PageType type = seen_.first_data->parsed.header.type;
    const bool named = std::ranges::any_of(stats, [&](const PageEncodingStats& pages) {
      return pages.page_type == type && pages.encoding == data && pages.count > 0;
    });
    return named ? Status::OK() : Corrupt("its encoding_stats lack its first data page");
  }

  Status CheckCounts() const {
    const int64_t values = *seen_.first_data->parsed.header.num_values();
    if (values == 0) return Error(ErrorCode::kUnsupported, "its first page has no values");
    int64_t uncompressed = UncompressedSize(*seen_.first_data);
    if (has_dictionary()) uncompressed += UncompressedSize(*seen_.first);
    const bool all = seen_.first_data->end() == chunk_.pages().end();
    const bool fits =
        all ? values == chunk_.num_values && uncompressed == chunk_.total_uncompressed_size
            : values <= chunk_.num_values && uncompressed <= chunk_.total_uncompressed_size;
    if (fits) return Status::OK();
    return Corrupt(fmt::format(
        "its first pages have {} values and {} bytes uncompressed, the footer says {} and {}",
        values, uncompressed, chunk_.num_values, chunk_.total_uncompressed_size));
  }

  const ColumnMetaData& chunk_;
  const ChunkDetails& seen_;
  const ChunkRules& rules_;
};

// The chunk where it was; its pages are those of its offset index, as far as that has one for
// each of them.
CopiedChunk Kept(const ColumnMetaData& old, const ChunkDetails& seen, bool has_dictionary) {
  CopiedChunk kept;
  kept.meta.codec = old.codec;
  kept.meta.num_values = old.num_values;
  kept.meta.total_compressed_size = old.total_compressed_size;
  kept.meta.total_uncompressed_size = old.total_uncompressed_size;
  kept.meta.encodings = old.encodings;
  kept.meta.encoding_stats = old.encoding_stats;
  kept.meta.data_page_offset = seen.first_data->offset;
  if (has_dictionary) kept.meta.dictionary_page_offset = seen.first->offset;
  return kept;
}

// Empty where they are not the chunk's pages, one behind the other.
std::vector<PageLocation> PagesOf(const OffsetIndex& index, const CopiedChunk& kept) {
  int64_t at = kept.meta.data_page_offset;
  for (const PageLocation& page : index.page_locations) {
    if (page.offset != at || page.compressed_page_size <= 0) return {};
    at += page.compressed_page_size;
  }
  if (at != kept.meta.pages().end()) return {};
  std::vector<PageLocation> pages = index.page_locations;
  for (PageLocation& page : pages) page.first_row_index = -1;  // not seen
  return pages;
}

}  // namespace

Result<CopiedChunk> UnseenChunk(const ColumnChunk& chunk, const ChunkDetails& seen,
                                const ChunkRules& rules, IndexReader* indexes) {
  const FirstPages first(*chunk.meta_data, seen, rules);
  PQ_RETURN_NOT_OK(first.Check());
  CopiedChunk kept = Kept(*chunk.meta_data, seen, first.has_dictionary());
  if (indexes == nullptr) return kept;
  PQ_ASSIGN(const auto index, indexes->ReadOffsetIndex(chunk));
  if (index.value) kept.old_pages = kept.new_pages = PagesOf(*index.value, kept);
  return kept;
}

}  // namespace pqpack
