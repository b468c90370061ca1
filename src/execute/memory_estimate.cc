// SPDX-License-Identifier: Apache-2.0
//
// Per column: what reading holds (the chunk or a stream's buffer, one page twice),
// what writing holds (one page twice, the dictionary) and what is held back: while
// a dictionary may still grow its data pages wait, compressed, for the dictionary
// page that comes before them.
//
// The dictionary is what is easily underestimated: Arrow's hash table takes 24
// bytes for each of its slots, at least twice as many slots as values, and while
// it grows both the old and the new one.  100,000 different doubles take 19 MB.  A
// dictionary that is kept (page_copy.h) takes less, but may be as large as the source's.
#include "execute/memory_estimate.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "base/bytes.h"
#include "execute/column_source.h"
#include "execute/output_layout.h"

namespace pqpack {
namespace {

constexpr int64_t kUsualPage = 8 * kMiB;  // uncompressed; most writers aim at 1 MiB
constexpr int64_t kPageBuffers = 4 * kMiB;
constexpr int64_t kPerDictionaryValue = 96;
constexpr int64_t kPerKeptValue = 17;         // a pointer with its length, and whether it occurs
constexpr int64_t kDictionaryCompresses = 8;  // at the most, for the size of the source's
constexpr int64_t kScratchPerLevel = 40;
constexpr int64_t kSplitScratchLevels = 4096;
constexpr int64_t kPerFile = kMiB;
constexpr int64_t kPerColumn = 16 * kKiB;
// What stays of a chunk until the file is finished: the source's footer and the library's
// two copies of the output's, outside of any pool.  2.7 KB were measured with 100,000 chunks,
// and 0.8 KB more with page indexes.
constexpr int64_t kPerChunk = 3 * kKiB;
constexpr int64_t kPerIndexedChunk = kKiB;
constexpr int64_t kMaxPieces = 1000;
constexpr int64_t kWindow = 32 * kMiB;  // enough for the next columns to be under way

struct ColumnMemory {
  int64_t read = 0;
  int64_t write = 0;       // without a dictionary
  int64_t dictionary = 0;  // while values are added
  int64_t kept = 0;        // of it, once all values are written and the column is still open
  int64_t held = 0;
  int64_t encoded = 0;

  // All values are written, and the columns before this one are not out yet.
  int64_t waiting() const { return encoded + encoded / 8 + write + kept; }
};

int64_t ValueSize(PhysicalType type) {
  switch (type) {
    case PhysicalType::kInt32:
    case PhysicalType::kFloat:
      return 4;
    case PhysicalType::kInt96:
      return 12;
    default:
      return 8;  // byte arrays count with their length
  }
}

// Whether a dictionary is built is the target's choice as well: where the source
// has none and no encoding of its own, none is.
bool MayHaveDictionary(const ColumnMetaData& chunk) {
  return chunk.type != PhysicalType::kBoolean &&
         std::any_of(chunk.encodings.begin(), chunk.encodings.end(), [](Encoding encoding) {
           return encoding != Encoding::kPlain && encoding != Encoding::kRle &&
                  encoding != Encoding::kBitPacked;
         });
}

// Bytes of the source's dictionary in PLAIN; absent where the footer does not say.
std::optional<int64_t> SourceDictionary(const ColumnMetaData& chunk) {
  const int64_t begin = chunk.dictionary_page_offset.value_or(-1);
  if (begin < 0 || chunk.data_page_offset <= begin) return std::nullopt;
  return ClaimedSize(chunk.data_page_offset - begin) * kDictionaryCompresses;
}

void AddDictionary(const ColumnMetaData& chunk, int64_t plain, ColumnMemory* memory) {
  if (!MayHaveDictionary(chunk)) return;
  const int64_t size = ValueSize(chunk.type);
  const int64_t most =
      std::min(ClaimedSize(chunk.num_values), kDictionaryLimit / size + kWriteBatch);
  const std::optional<int64_t> source = SourceDictionary(chunk);
  // Where it is kept: a copy of it, and the page that is made of that.
  const int64_t bytes = std::min(source.value_or(kUsualPage), plain);
  const int64_t kept =
      2 * bytes + std::min(ClaimedSize(chunk.num_values), bytes / size) * kPerKeptValue;
  memory->dictionary = std::max(most * kPerDictionaryValue, kept);
  memory->kept = (source ? std::min(most, *source / size) : most) * kPerDictionaryValue;
  memory->held = memory->encoded;
}

// Data pages of the chunk, 0 if the footer does not say.
int64_t PagesOf(const ColumnMetaData& chunk) {
  int64_t pages = 0;
  if (!chunk.encoding_stats) return 0;
  for (const PageEncodingStats& stats : *chunk.encoding_stats) {
    if (stats.page_type != PageType::kDictionary) pages += ClaimedSize(stats.count);
  }
  return pages;
}

ColumnMemory MemoryFor(const ColumnMetaData& chunk, int64_t rows,
                       std::optional<Codec> compression) {
  const int64_t stored = ClaimedSize(chunk.total_compressed_size);
  const int64_t plain = std::max(ClaimedSize(chunk.total_uncompressed_size), stored);
  const int64_t pages = PagesOf(chunk);
  const int64_t mean_page = pages > 0 ? plain / pages : 0;
  const int64_t page = std::min(plain, std::max(kUsualPage, mean_page));
  ColumnMemory memory;
  memory.read = stored <= kWholeChunk ? stored : kStreamBuffer + std::min(stored, page);
  memory.read += page + kPerColumn;
  // What goes to the writer in one piece: a value, or a row of several where there is
  // a page index, which may be as long as the source's page.  Growing holds both the
  // old and the new buffer.
  const int64_t values = std::max<int64_t>(ClaimedSize(chunk.num_values), 1);
  const int64_t piece = values > rows ? mean_page : plain / values;
  memory.write = std::min(5 * plain, std::max(kPageBuffers, 5 * piece)) + kPerColumn;
  memory.encoded = compression == Codec::kUncompressed ? plain : stored;
  AddDictionary(chunk, plain, &memory);
  return memory;
}

}  // namespace

RowGroupMemory MemoryFor(const RowGroup& group, const RewriteOptions& options) {
  int64_t widest = 0, read = 0, held = 0, active = 0, waiting = 0, longest = 0, writing = 0;
  int64_t levels = 0;  // of a list column these are many more than rows
  for (const ColumnChunk& chunk : group.columns) {
    if (!chunk.meta_data) continue;
    const ColumnMemory column = MemoryFor(*chunk.meta_data, group.num_rows, options.compression);
    const int64_t write = column.write + column.dictionary;
    widest = std::max(widest, column.read + write + column.held);
    active = std::max(active, column.read + write);
    writing = std::max(writing, write);
    held = std::max(held, column.held);
    read += column.read;
    waiting += column.waiting();
    longest = std::max(longest, column.waiting());
    levels = std::max(levels, ClaimedSize(chunk.meta_data->num_values));
  }
  const int64_t columns = static_cast<int64_t>(group.columns.size());
  const int64_t scratch = std::min(options.batch_size, levels) * kScratchPerLevel;
  const int64_t width = std::clamp<int64_t>(options.width, 1, std::max<int64_t>(columns, 1));

  RowGroupMemory memory;
  memory.serial = kPerFile + widest + scratch;
  memory.window = std::min(waiting, std::max(kWindow, 2 * width * longest));
  memory.parallel = kPerFile + memory.window + width * (active + scratch);
  memory.split_fixed = kPerFile + read + writing + columns * kSplitScratchLevels * kScratchPerLevel;
  memory.split_variable = held;
  return memory;
}

std::vector<int64_t> HeldMemory(const RowGroup& group, const RewriteOptions& options) {
  std::vector<int64_t> held;
  held.reserve(group.columns.size());
  for (const ColumnChunk& chunk : group.columns) {
    held.push_back(chunk.meta_data
                       ? MemoryFor(*chunk.meta_data, group.num_rows, options.compression).waiting()
                       : 0);
  }
  return held;
}

bool GoesParallel(const RowGroup& group, const RewriteOptions& options) {
  return options.width > 1 && group.columns.size() > 1 &&
         MemoryFor(group, options).parallel <= options.memory;
}

int64_t RowsAtATime(const RowGroup& group, const RewriteOptions& options) {
  int64_t rows = group.num_rows;
  if (options.target->max_row_group_rows > 0) {
    rows = std::min(rows, options.target->max_row_group_rows);
  }
  const RowGroupMemory memory = MemoryFor(group, options);
  if (memory.serial <= options.memory) return rows;
  const int64_t available = options.memory - memory.split_fixed;
  if (available <= 0) return rows;
  const int64_t pieces = std::min(memory.split_variable / available + 1, kMaxPieces);
  return std::clamp<int64_t>(group.num_rows / pieces, 1, rows);
}

int64_t EstimateMemory(const FileMetaData& footer, const RewriteOptions& options) {
  int64_t most = kPerFile, chunks = 0;
  for (const RowGroup& group : footer.row_groups) {
    chunks += static_cast<int64_t>(group.columns.size());
    const RowGroupMemory memory = MemoryFor(group, options);
    most = std::max(most, GoesParallel(group, options) ? memory.parallel : memory.serial);
  }
  return most + chunks * (kPerChunk + (options.target->page_index ? kPerIndexedChunk : 0));
}

}  // namespace pqpack
