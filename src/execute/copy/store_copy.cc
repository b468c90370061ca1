// SPDX-License-Identifier: Apache-2.0
#include "execute/copy/store_copy.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "execute/copy/copied_chunk.h"
#include "execute/copy/copied_footer.h"
#include "execute/copy/kept_filters.h"
#include "execute/copy/mend_header.h"
#include "execute/empty_row_group.h"
#include "format/footer.h"
#include "inspect/read_indexes.h"

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

// Of the whole file, and where its Bloom filters begin.
std::vector<ByteRange> IndexPlaces(const FileMetaData& footer, int64_t size) {
  std::vector<ByteRange> places;
  for (const RowGroup& group : footer.row_groups) {
    for (const ColumnChunk& chunk : group.columns) {
      std::ranges::copy(IndexPlaces(chunk, size), std::back_inserter(places));
      places.push_back(FilterHeaderPlace(chunk, size));  // empty ones are not fetched
    }
  }
  return places;
}

class EndWriter {
 public:
  EndWriter(CoalescedFile& file, const Details& first_pages, const FileMetaData& old,
            const CopyPlan& copy, const Target& target, int64_t file_size, CopiedFooter footer)
      : file_(file),
        first_pages_(first_pages),
        old_(old),
        target_(target),
        size_(file_size),
        indexes_(file, file_size),
        indexes_again_(file, file_size, kMaxIndexes),
        filters_(file, old, copy, &found_.repairs),
        new_(std::move(footer)) {}

  Result<RewriteReceipt> Run(arrow::io::OutputStream& sink) {
    if (target_.page_index) PQ_RETURN_NOT_OK(file_.Fetch(IndexPlaces(old_, size_)));
    for (size_t g = 0; g < old_.row_groups.size(); ++g) {
      const RowGroup& group = old_.row_groups[g];
      const Status status =
          group.num_rows == 0 ? CheckEmptyRowGroup(group) : AddRowGroup(group, first_pages_.at(g));
      if (!status.ok()) return Within(fmt::format("row group {}", g), status);
    }
    PQ_RETURN_NOT_OK(file_.Fetch(FilterPlaces()));
    PQ_RETURN_NOT_OK(new_.Write(found_, file_, sink));
    RewriteReceipt receipt = new_.Receipt();
    receipt.levels.level = 0;
    return receipt;
  }

 private:
  // Of a small one so much that whoever looks for its header need not ask again.
  std::vector<ByteRange> FilterPlaces() const {
    std::vector<ByteRange> places = new_.FilterPlaces();
    for (ByteRange& place : places) {
      place.length = std::max(place.length, std::min(kBloomHeaderGuess, size_ - place.offset));
    }
    return places;
  }

  Status AddRowGroup(const RowGroup& group, const std::vector<ChunkDetails>& seen) {
    new_.BeginRowGroup(group);
    for (size_t i = 0; i < group.columns.size(); ++i) {
      const int leaf = new_.tree().leaves()[i];
      const ChunkRules rules{target_, new_.tree().node(leaf), group.num_rows};
      const Status status = AddChunk(group.columns[i], i, seen.at(i), rules);
      if (!status.ok()) return Within("column " + new_.tree().DottedPath(leaf), status);
    }
    new_.EndRowGroup();
    return Status::OK();
  }

  Status AddChunk(const ColumnChunk& chunk, size_t i, const ChunkDetails& seen,
                  const ChunkRules& rules) {
    const FirstPages first(*chunk.meta_data, seen, rules);
    PQ_RETURN_NOT_OK(first.Check());
    CopiedChunk kept = Kept(*chunk.meta_data, seen, first.has_dictionary());
    if (target_.page_index) {
      PQ_ASSIGN(const auto index, indexes_.ReadOffsetIndex(chunk));
      if (index.value) kept.old_pages = kept.new_pages = PagesOf(*index.value, kept);
    }
    PQ_RETURN_NOT_OK(new_.AddChunk(chunk, std::move(kept), indexes_again_));
    PQ_ASSIGN(const FoundFilter filter, filters_.Find(chunk, i));
    if (filter.place.length > 0) new_.KeepFilter(filter.place);
    return Status::OK();
  }

  CoalescedFile& file_;
  const Details& first_pages_;
  const FileMetaData& old_;
  const Target& target_;
  const int64_t size_;
  IndexReader indexes_, indexes_again_;  // each reads all of them, which are held
  Diagnosis found_;
  KeptFilters filters_;
  CopiedFooter new_;
};

}  // namespace

Result<RewriteReceipt> WriteStoreCopyEnd(CoalescedFile& file, const FileMetaData& footer,
                                         const Details& first_pages, const RewritePlan& plan,
                                         const CopyPlan& copy, const Target& target,
                                         arrow::io::OutputStream& sink) {
  PQ_ASSIGN(const int64_t size, file.GetSize());
  PQ_ASSIGN(auto end, CopiedFooter::Begin(footer, plan, copy, target));
  return EndWriter(file, first_pages, footer, copy, target, size, std::move(end)).Run(sink);
}

}  // namespace pqpack
