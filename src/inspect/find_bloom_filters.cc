// SPDX-License-Identifier: Apache-2.0
#include "inspect/find_bloom_filters.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "format/split_block_filter.h"

namespace pqpack {

BloomFilterFinder::BloomFilterFinder(arrow::io::RandomAccessFile& file, int64_t file_size,
                                     int64_t data_end, const FileMetaData& footer)
    : reader_(file, file_size), data_end_(data_end) {
  std::set<int64_t> named;
  std::vector<ByteRange> pages;
  for (const RowGroup& group : footer.row_groups) {
    for (const ColumnChunk& chunk : group.columns) {
      if (!chunk.meta_data) continue;
      pages.push_back(chunk.meta_data->pages());
      const auto& filter = chunk.meta_data->bloom_filter_offset;
      if (filter && !named.insert(*filter).second) shared_.insert(*filter);
    }
  }
  Take(std::move(pages));
}

// Chunks of a lying footer may overlap.
void BloomFilterFinder::Take(std::vector<ByteRange> pages) {
  std::ranges::sort(pages, {}, &ByteRange::offset);
  for (const ByteRange& range : pages) {
    if (range.length <= 0) continue;
    const auto last = taken_.empty() ? taken_.end() : std::prev(taken_.end());
    if (last != taken_.end() && range.offset <= last->second) {
      last->second = std::max(last->second, range.end());
    } else {
      taken_[range.offset] = range.end();
    }
  }
}

Result<FoundFilter> BloomFilterFinder::Find(const ColumnChunk& chunk) {
  FoundFilter found;
  PQ_ASSIGN(const auto report, reader_.ReadBloomFilter(chunk));
  if (!report.place) return found;
  Status status = report.problem;
  if (status.ok()) status = CheckSplitBlock(report.value->header);
  if (!status.ok()) {
    found.problem = status.message();
    return found;
  }
  const int64_t offset = report.place->offset;
  const int64_t header = report.value->length;
  const ByteRange place{offset, header + report.value->header.num_bytes};
  found.problem = Problem(place);
  if (!found.problem.empty()) return found;
  taken_[offset] = place.end();
  found.place = place;
  found.bits = {offset + header, place.length - header};
  return found;
}

std::string BloomFilterFinder::Problem(ByteRange place) const {
  if (shared_.contains(place.offset)) {
    return fmt::format("several column chunks name the filter at offset {}", place.offset);
  }
  if (place.end() > data_end_) {
    return fmt::format("the filter at offset {} ends at {}, inside of the footer", place.offset,
                       place.end());
  }
  const auto behind = taken_.lower_bound(place.end());
  if (behind == taken_.begin() || std::prev(behind)->second <= place.offset) return "";
  return fmt::format("the filter at offset {} shares bytes with pages or another filter",
                     place.offset);
}

ByteRange FilterHeaderPlace(const ColumnChunk& chunk, int64_t file_size) {
  if (!chunk.meta_data || !chunk.meta_data->bloom_filter_offset) return {};
  const int64_t offset = *chunk.meta_data->bloom_filter_offset;
  if (offset < 0 || offset >= file_size) return {};
  return {offset, std::min(kBloomHeaderGuess, file_size - offset)};
}

}  // namespace pqpack
