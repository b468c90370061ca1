// SPDX-License-Identifier: Apache-2.0
#include "diagnose/read_details.h"

#include <arrow/buffer.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "inspect/chunk_places.h"
#include "inspect/read_indexes.h"

namespace pqpack {
namespace {

// A header has some 20 to 60 bytes, with statistics of long strings more.
constexpr int64_t kHeaderGuess = kKiB;
// What longer ones may have in all; those behind that are kept without what makes them long.
constexpr int64_t kLongHeaders = 2 * kMiB;
// parquet-mr before 1.2.9 left the dictionary page's header out of a chunk's size
// (PARQUET-816); readers go on for as many bytes.
constexpr int64_t kForgottenHeader = 100;
// What is held of the file at a time.
constexpr int64_t kBatch = 8 * kMiB;

struct Chunk {
  const ColumnChunk* chunk;
  ByteRange pages;
  ChunkDetails* details;
};

// With the file's first bytes where they are right before it, for those who look at them.
ByteRange HeaderAt(int64_t offset, const Chunk& chunk) {
  const int64_t end = offset + std::min(kHeaderGuess, chunk.pages.end() - offset);
  const int64_t begin = offset == kMagicSize ? 0 : offset;
  return {begin, end - begin};
}

// Calls read(batch) for runs of chunks whose places take no more than kBatch together.
template <typename PlacesOf, typename Read>
Status InBatches(CoalescedFile& file, const std::vector<Chunk>& chunks, const PlacesOf& places_of,
                 const Read& read) {
  for (size_t begin = 0; begin < chunks.size();) {
    std::vector<ByteRange> places;
    int64_t bytes = 0;
    size_t end = begin;
    for (; end < chunks.size() && bytes < kBatch; ++end) {
      for (const ByteRange& place : places_of(chunks[end])) {
        // What lies between near places is read, too.
        const int64_t from = places.empty() ? place.offset : places.back().end();
        const int64_t apart = place.offset - from;
        bytes += place.length + (apart > 0 && apart <= kMiB ? apart : 0);
        places.push_back(place);
      }
    }
    PQ_RETURN_NOT_OK(file.Fetch(std::move(places)));
    for (; begin < end; ++begin) PQ_RETURN_NOT_OK(read(chunks[begin]));
  }
  return Status::OK();
}

// What makes a header long is in its statistics.
SeenHeader Seen(int64_t offset, ParsedPageHeader parsed, int64_t* long_headers) {
  SeenHeader seen{offset, std::move(parsed)};
  const int64_t length = seen.parsed.length;
  if (length <= kHeaderGuess) return seen;
  if (length <= *long_headers) {
    *long_headers -= length;
    return seen;
  }
  seen.shortened = true;
  PageHeader& header = seen.parsed.header;
  // What is cleared keeps its memory, what is swapped out does not.
  std::string().swap(header.as_written);
  UnknownFields().swap(header.unknown);
  if (header.dictionary) UnknownFields().swap(header.dictionary->unknown);
  const auto shorten = [](auto& data) {
    if (!data) return;
    data->statistics.reset();
    UnknownFields().swap(data->unknown);
  };
  shorten(header.data);
  shorten(header.data_v2);
  return seen;
}

// Nothing where there is no header; why, goes to the details.
Result<std::optional<SeenHeader>> ReadHeader(CoalescedFile& file, int64_t offset,
                                             const Chunk& chunk, int64_t* long_headers) {
  std::string problem = "the chunk ends before its first data page";
  for (int64_t guess = kHeaderGuess; offset < chunk.pages.end(); guess *= 16) {
    const int64_t length = std::min(guess, chunk.pages.end() - offset);
    PQ_ASSIGN(const auto bytes, file.ReadAt(offset, length));
    auto parsed = ParsePageHeader({bytes->data(), static_cast<size_t>(bytes->size())});
    if (!parsed.ok()) {
      problem = parsed.status().message();
      break;
    }
    if (*parsed) {
      SeenHeader seen = Seen(offset, **std::move(parsed), long_headers);
      const int64_t end = seen.end();
      if (end <= chunk.pages.end()) return seen;
      if (end - chunk.pages.end() <= kForgottenHeader) {
        chunk.details->past_end = end - chunk.pages.end();
        return seen;
      }
      problem =
          fmt::format("the page ends at {}, behind its chunk's end at {}", end, chunk.pages.end());
      break;
    }
    problem = "the chunk ends inside of a page header";
    if (length == chunk.pages.end() - offset) break;
  }
  chunk.details->header_problem = problem;
  chunk.details->header_problem_offset = offset;
  return std::nullopt;
}

bool IsData(const SeenHeader& seen) { return seen.parsed.header.is_data(); }

// The first page and, behind a dictionary page, the one that follows.
Status ReadHeaders(CoalescedFile& file, const Chunk& chunk, int64_t* long_headers) {
  PQ_ASSIGN(chunk.details->first, ReadHeader(file, chunk.pages.offset, chunk, long_headers));
  const auto& first = chunk.details->first;
  if (!first) return Status::OK();
  if (IsData(*first)) {
    chunk.details->first_data = first;
    return Status::OK();
  }
  const int64_t next = first->end();
  // Row groups without values may have a dictionary and nothing else.
  if (next == chunk.pages.end() && chunk.chunk->meta_data->num_values == 0) return Status::OK();
  PQ_ASSIGN(auto data, ReadHeader(file, next, chunk, long_headers));
  if (data && IsData(*data)) chunk.details->first_data = std::move(data);
  return Status::OK();
}

std::vector<ByteRange> HeaderPlaces(const Chunk& chunk) {
  std::vector<ByteRange> places = {HeaderAt(chunk.pages.offset, chunk)};
  const int64_t data = chunk.chunk->meta_data->data_page_offset;
  if (data > chunk.pages.offset && data < chunk.pages.end()) {
    places.push_back(HeaderAt(data, chunk));
  }
  return places;
}

std::vector<ByteRange> AllowedIndexes(const Chunk& chunk, int64_t size, IndexAllowance* allowance) {
  std::vector<ByteRange> places = IndexPlaces(*chunk.chunk, size);
  std::erase_if(places, [&](const ByteRange& place) {
    const Status charged = allowance->Charge(place);
    chunk.details->index_too_large |= CodeOf(charged) == ErrorCode::kTooLarge;
    return !charged.ok();
  });
  const ByteRange filter = FilterHeaderPlace(*chunk.chunk, size);
  if (filter.length > 0) places.push_back(filter);
  return places;
}

Status ReadIndexes(IndexReader& reader, BloomFilterFinder& filters, const Chunk& chunk) {
  PQ_ASSIGN(auto columns, reader.ReadColumnIndex(*chunk.chunk));
  PQ_ASSIGN(auto offsets, reader.ReadOffsetIndex(*chunk.chunk));
  chunk.details->column_index = std::move(columns.value);
  chunk.details->offset_index = std::move(offsets.value);
  chunk.details->column_index_problem = columns.problem.message();
  chunk.details->offset_index_problem = offsets.problem.message();
  PQ_ASSIGN(chunk.details->bloom_filter, filters.Find(*chunk.chunk));
  return Status::OK();
}

Details NoDetails(const FileMetaData& footer) {
  Details details(footer.row_groups.size());
  for (size_t g = 0; g < details.size(); ++g)
    details[g].resize(footer.row_groups[g].columns.size());
  return details;
}

}  // namespace

// Of the others IndexReader says what is wrong.
std::vector<ByteRange> IndexPlaces(const ColumnChunk& chunk, int64_t file_size) {
  std::vector<ByteRange> places;
  const auto add = [&](const std::optional<int64_t>& offset, const std::optional<int32_t>& length) {
    if (!offset || !length || *offset < 0 || *length <= 0) return;
    if (*length <= file_size && *offset <= file_size - *length)
      places.push_back({*offset, *length});
  };
  add(chunk.column_index_offset, chunk.column_index_length);
  add(chunk.offset_index_offset, chunk.offset_index_length);
  return places;
}

Result<Details> ReadFirstPages(CoalescedFile& file, const FileMetaData& footer, int64_t data_end) {
  Details details = NoDetails(footer);
  std::vector<Chunk> chunks;
  const auto places = PlaceChunks(footer, data_end);
  for (size_t g = 0; g < details.size(); ++g) {
    for (size_t c = 0; c < details[g].size(); ++c) {
      const Chunk chunk{&footer.row_groups[g].columns[c], places[g][c].pages, &details[g][c]};
      if (chunk.pages.length > 0) chunks.push_back(chunk);
    }
  }
  std::ranges::sort(chunks, {}, [](const Chunk& chunk) { return chunk.pages.offset; });
  int64_t long_headers = kLongHeaders;
  PQ_RETURN_NOT_OK(InBatches(file, chunks, HeaderPlaces, [&](const Chunk& chunk) {
    return ReadHeaders(file, chunk, &long_headers);
  }));
  return details;
}

Result<Details> ReadDetails(CoalescedFile& file, const FileMetaData& footer, int64_t data_end) {
  PQ_ASSIGN(Details details, ReadFirstPages(file, footer, data_end));
  std::vector<Chunk> chunks;
  for (size_t g = 0; g < details.size(); ++g) {
    for (size_t c = 0; c < details[g].size(); ++c) {
      const ColumnChunk& column = footer.row_groups[g].columns[c];
      const bool filter = column.meta_data && column.meta_data->bloom_filter_offset;
      if (!column.column_index_offset && !column.offset_index_offset && !filter) continue;
      chunks.push_back({&column, {}, &details[g][c]});
    }
  }
  PQ_ASSIGN(const int64_t size, file.GetSize());
  // Asked for the same places in the same order as the reader's own, so that nothing is fetched
  // that it will not read.
  IndexAllowance allowance(size, kMaxIndexes);
  IndexReader reader(file, size, kMaxIndexes);
  BloomFilterFinder filters(file, size, data_end, footer);
  PQ_RETURN_NOT_OK(InBatches(
      file, chunks, [&](const Chunk& chunk) { return AllowedIndexes(chunk, size, &allowance); },
      [&](const Chunk& chunk) { return ReadIndexes(reader, filters, chunk); }));
  return details;
}

int64_t MemoryOfDetails(const FileMetaData& footer) {
  int64_t chunks = 0;
  int64_t indexes = 0;
  for (const RowGroup& group : footer.row_groups) {
    for (const ColumnChunk& chunk : group.columns) {
      ++chunks;
      for (const auto& length : {chunk.column_index_length, chunk.offset_index_length}) {
        indexes = std::min(kMaxIndexes, indexes + std::max(0, length.value_or(0)));
      }
    }
  }
  // Parsed, an entry of an index of a few bytes takes some tens; and the bytes themselves.
  // A first page's header is kept twice where it is of data, each as it was written and parsed.
  return chunks * static_cast<int64_t>(2 * sizeof(ChunkDetails)) + 13 * indexes + 4 * kLongHeaders +
         2 * kBatch;
}

}  // namespace pqpack
