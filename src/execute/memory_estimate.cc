// SPDX-License-Identifier: Apache-2.0
//
// Per column: what reading holds (the chunk or a stream's buffer, one page twice,
// the decoded dictionary), what writing holds (one page twice, the dictionary
// with its hash table) and what is held back: while a dictionary may still grow
// its data pages wait, compressed, for the dictionary page that comes before them.
#include "execute/memory_estimate.h"

#include <algorithm>
#include <limits>

#include "base/bytes.h"
#include "execute/column_source.h"

namespace pqpack {
namespace {

constexpr int64_t kUsualPage = 8 * kMiB;  // uncompressed; most writers aim at 1 MiB
constexpr int64_t kWriterBuffers = 4 * kMiB;
constexpr int64_t kScratchPerLevel = 40;
constexpr int64_t kSplitScratchLevels = 4096;
constexpr int64_t kPerFile = kMiB;
constexpr int64_t kPerColumn = 4 * kKiB;
constexpr int64_t kMaxPieces = 1000;

// Sizes come from the file: sums of them must not overflow.
int64_t Size(int64_t claimed) { return std::clamp<int64_t>(claimed, 0, int64_t{1} << 48); }

struct ColumnMemory {
  int64_t read = 0;
  int64_t write = 0;
  int64_t held = 0;
  int64_t encoded = 0;
};

ColumnMemory MemoryFor(const ColumnMetaData& chunk, std::optional<Codec> compression) {
  const int64_t stored = Size(chunk.total_compressed_size);
  const int64_t plain = std::max(Size(chunk.total_uncompressed_size), stored);
  ColumnMemory memory;
  memory.read = stored <= kWholeChunk ? stored : kStreamBuffer + std::min(stored, kUsualPage);
  memory.read += std::min(plain, kUsualPage) + kPerColumn;
  memory.write = std::min(plain, kWriterBuffers) + kPerColumn;
  memory.encoded = compression == Codec::kUncompressed ? plain : stored;
  memory.held = memory.encoded;
  return memory;
}

}  // namespace

RowGroupMemory MemoryFor(const RowGroup& group, const RewriteOptions& options) {
  int64_t widest = 0, read = 0, most_held = 0, most_read = 0, encoded = 0, written = 0;
  int64_t levels = 0;  // of a list column these are many more than rows
  for (const ColumnChunk& chunk : group.columns) {
    if (!chunk.meta_data) continue;
    const ColumnMemory column = MemoryFor(*chunk.meta_data, options.compression);
    widest = std::max(widest, column.read + column.write + column.held);
    most_held = std::max(most_held, column.held);
    most_read = std::max(most_read, column.read);
    read += column.read;
    written += column.write;
    encoded += column.encoded;
    levels = std::max(levels, Size(chunk.meta_data->num_values));
  }
  const int64_t columns = static_cast<int64_t>(group.columns.size());
  const int64_t scratch = std::min(options.batch_size, levels) * kScratchPerLevel;
  const int64_t width = std::clamp<int64_t>(options.width, 1, std::max<int64_t>(columns, 1));

  RowGroupMemory memory;
  memory.serial = kPerFile + widest + scratch;
  memory.parallel = kPerFile + encoded + encoded / 8 + written + width * (most_read + scratch);
  memory.split_fixed = kPerFile + read + std::min(written, kWriterBuffers) +
                       columns * kSplitScratchLevels * kScratchPerLevel;
  memory.split_variable = most_held;
  return memory;
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
  int64_t most = kPerFile;
  for (const RowGroup& group : footer.row_groups) {
    const RowGroupMemory memory = MemoryFor(group, options);
    most = std::max(most, options.width > 1 ? memory.parallel : memory.serial);
  }
  return most;
}

}  // namespace pqpack
