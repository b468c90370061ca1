// SPDX-License-Identifier: Apache-2.0
//
// A column of many chunks needs what one chunk of all their values would, but for reading,
// which is one chunk at a time: so that is what the estimate for one row group
// (memory_estimate.h) is asked of.
#include "execute/merge/merge_memory.h"

#include <algorithm>
#include <set>

#include "execute/column_source.h"
#include "execute/copy/plan_filters.h"
#include "execute/memory_estimate.h"
#include "execute/pages/value_filter.h"

namespace pqpack {
namespace {

constexpr int64_t kInputsPerRowGroup = 2;  // inputs shrink when they are merged
constexpr int64_t kLeast = kMiB;           // of a row group, whatever the memory
constexpr int64_t kPerChunk = 3 * kKiB;  // of the output's footer and indexes, until it is finished
// Sizes come from files: their sums must not overflow.
constexpr int64_t kMostBytes = int64_t{1} << 50;

int64_t Asked(const MergeOptions& options) {
  const int64_t size = options.row_group_size > 0 ? options.row_group_size : 128 * kMiB;
  return std::min(options.target_file_size, size);
}

int64_t Total(std::span<const MergeInput> inputs, const MergeSet& set) {
  int64_t total = 0;
  for (const int input : set.inputs) {
    for (const RowGroup& group : inputs[static_cast<size_t>(input)].footer->row_groups) {
      total = std::min(total + CompressedBytes(group), kMostBytes);
    }
  }
  return total;
}

// All chunks of a column as one.
class Sum {
 public:
  void Add(const ColumnMetaData& chunk) {
    meta_.type = chunk.type;
    has_filters_ = has_filters_ || chunk.bloom_filter_offset.has_value();
    values_ += static_cast<double>(ClaimedSize(chunk.num_values));
    compressed_ += static_cast<double>(ClaimedSize(chunk.total_compressed_size));
    plain_ += static_cast<double>(ClaimedSize(chunk.total_uncompressed_size));
    if (chunk.encodings == last_encodings_) return;
    last_encodings_ = chunk.encodings;
    encodings_.insert(chunk.encodings.begin(), chunk.encodings.end());
  }

  ColumnChunk Part(double part) const {
    ColumnChunk chunk;
    chunk.meta_data = meta_;
    ColumnMetaData& meta = *chunk.meta_data;
    meta.encodings.assign(encodings_.begin(), encodings_.end());
    meta.num_values = static_cast<int64_t>(values_ * part);
    meta.total_compressed_size = static_cast<int64_t>(compressed_ * part);
    meta.total_uncompressed_size = static_cast<int64_t>(plain_ * part);
    return chunk;
  }

  // Of the Bloom filter of such a part.
  int64_t FilterBytes(double part) const {
    return has_filters_ ? FilterBytesFor(static_cast<int64_t>(values_ * part)) : 0;
  }

 private:
  ColumnMetaData meta_;
  bool has_filters_ = false;
  double values_ = 0, compressed_ = 0, plain_ = 0;
  std::set<Encoding> encodings_;
  std::vector<Encoding> last_encodings_;  // those of the chunk before: mostly the same
};

// While a filter is made it is there and half of it, and the chunk is read.
int64_t FilterWork(std::span<const Sum> columns, const MergeOptions& options, double part) {
  if (!options.encode.target->page_index) return 0;
  int64_t largest = 0;
  for (const Sum& column : columns) largest = std::max(largest, column.FilterBytes(part));
  return largest == 0 ? 0 : (2 * largest + kWholeChunk + 2 * kStreamBuffer) * options.encode.width;
}

// What columns need while they are encoded, beside what is held of the row group.
int64_t Working(std::span<const MergeInput> inputs, const MergeSet& set,
                const MergeOptions& options, double part) {
  std::vector<Sum> columns(set.leaves.size());
  for (size_t place = 0; place < set.inputs.size(); ++place) {
    const InputShape& shape = set.shapes[static_cast<size_t>(set.shape_of[place])];
    const FileMetaData& footer = *inputs[static_cast<size_t>(set.inputs[place])].footer;
    for (const RowGroup& group : footer.row_groups) {
      for (size_t leaf = 0; leaf < columns.size(); ++leaf) {
        const int at = shape.column_of[leaf];
        if (at >= 0) columns[leaf].Add(*group.columns[static_cast<size_t>(at)].meta_data);
      }
    }
  }
  RowGroup group;
  for (const Sum& column : columns) group.columns.push_back(column.Part(part));
  const RowGroupMemory memory = MemoryFor(group, options.encode);
  return (options.encode.width > 1 ? memory.parallel - memory.window : memory.serial) +
         FilterWork(columns, options, part);
}

// Bloom filters are held until their file ends.
int64_t FiltersHeld(std::span<const MergeInput> inputs, const MergeSet& set,
                    const MergeOptions& options) {
  if (!options.encode.target->page_index) return 0;
  int64_t bytes = 0;
  for (const int input : set.inputs) {
    for (const RowGroup& group : inputs[static_cast<size_t>(input)].footer->row_groups) {
      for (const ColumnChunk& chunk : group.columns) {
        const ColumnMetaData& meta = *chunk.meta_data;
        if (!meta.bloom_filter_offset) continue;
        bytes += std::max<int64_t>(meta.bloom_filter_length.value_or(0),
                                   2 * FilterBytesFor(ClaimedSize(meta.num_values)));
        if (bytes >= kMaxFilters) return kMaxFilters;
      }
    }
  }
  return bytes;
}

struct Needs {
  RowGroupAim row_group;
  int64_t working = 0;
  int64_t total = 0;

  // The inputs of a row group, and what it becomes.
  int64_t held() const {
    return std::min(total, InputsAtATime(row_group)) +
           std::min({total, row_group.bytes, row_group.rows_of_inputs});
  }
};

int64_t Rows(std::span<const MergeInput> inputs, const MergeSet& set) {
  int64_t rows = 0;
  for (const int input : set.inputs) {
    for (const RowGroup& group : inputs[static_cast<size_t>(input)].footer->row_groups) {
      rows = std::min(rows + ClaimedSize(group.num_rows), kMostBytes);
    }
  }
  return rows;
}

// Of `total` bytes with `rows`, those that have `some` rows.
int64_t BytesOf(int64_t some, int64_t rows, int64_t total) {
  if (rows <= some) return kMostBytes;
  return std::max(static_cast<int64_t>(static_cast<double>(total) / static_cast<double>(rows) *
                                       static_cast<double>(some)),
                  kLeast);
}

Needs NeedsOf(std::span<const MergeInput> inputs, const MergeSet& set,
              const MergeOptions& options) {
  Needs needs;
  needs.total = Total(inputs, set);
  needs.row_group = {std::max(Asked(options), int64_t{1}), options.row_group_rows,
                     BytesOf(options.row_group_rows, Rows(inputs, set), needs.total)};
  const auto most = static_cast<double>(InputsAtATime(needs.row_group));
  const double part =
      needs.total > 0 ? std::min(1.0, most / static_cast<double>(needs.total)) : 1.0;
  needs.working = Working(inputs, set, options, part);
  const int64_t left = options.encode.memory - needs.working;
  if (needs.held() <= left) return needs;  // maybe all there is, of a small task
  const int64_t fits = left / (kInputsPerRowGroup + 1);
  needs.row_group.bytes = std::min(needs.row_group.bytes, std::max(fits, kLeast));
  return needs;
}

}  // namespace

int64_t CompressedBytes(const RowGroup& group) {
  int64_t bytes = 0;
  for (const ColumnChunk& chunk : group.columns) {
    bytes = std::min(bytes + ClaimedSize(chunk.meta_data->total_compressed_size), kMostBytes);
  }
  return bytes;
}

int64_t InputsAtATime(const RowGroupAim& aim) {
  return std::min({aim.bytes, aim.rows_of_inputs, kMostBytes}) * kInputsPerRowGroup;
}

RowGroupAim AimOf(std::span<const MergeInput> inputs, const MergeSet& set,
                  const MergeOptions& options) {
  return NeedsOf(inputs, set, options).row_group;
}

int64_t MergeMemory(std::span<const MergeInput> inputs, const MergeSet& set,
                    const MergeOptions& options) {
  const Needs needs = NeedsOf(inputs, set, options);
  const int64_t chunks =
      (needs.total / std::min(needs.row_group.bytes, needs.row_group.rows_of_inputs) + 1) *
      static_cast<int64_t>(set.leaves.size());
  return needs.working + needs.held() + chunks * kPerChunk + FiltersHeld(inputs, set, options);
}

}  // namespace pqpack
