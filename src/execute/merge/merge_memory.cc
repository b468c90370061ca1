// SPDX-License-Identifier: Apache-2.0
//
// A column of many chunks needs what one chunk of all their values would, but for reading,
// which is one chunk at a time: so that is what the estimate for one row group
// (memory_estimate.h) is asked of.
#include "execute/merge/merge_memory.h"

#include <algorithm>
#include <set>

#include "execute/memory_estimate.h"

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
    values_ += static_cast<double>(ClaimedSize(chunk.num_values));
    compressed_ += static_cast<double>(ClaimedSize(chunk.total_compressed_size));
    plain_ += static_cast<double>(ClaimedSize(chunk.total_uncompressed_size));
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

 private:
  ColumnMetaData meta_;
  double values_ = 0, compressed_ = 0, plain_ = 0;
  std::set<Encoding> encodings_;
};

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
  return options.encode.width > 1 ? memory.parallel - memory.window : memory.serial;
}

struct Needs {
  int64_t row_group = 0;
  int64_t working = 0;
  int64_t total = 0;

  // The inputs of a row group, and what it becomes.
  int64_t held() const {
    return std::min(total, InputsAtATime(row_group)) + std::min(total, row_group);
  }
};

Needs NeedsOf(std::span<const MergeInput> inputs, const MergeSet& set,
              const MergeOptions& options) {
  Needs needs;
  needs.row_group = std::max(Asked(options), int64_t{1});
  needs.total = Total(inputs, set);
  const auto most = static_cast<double>(InputsAtATime(needs.row_group));
  const double part =
      needs.total > 0 ? std::min(1.0, most / static_cast<double>(needs.total)) : 1.0;
  needs.working = Working(inputs, set, options, part);
  const int64_t left = options.encode.memory - needs.working;
  if (needs.held() <= left) return needs;  // maybe all there is, of a small task
  const int64_t fits = left / (kInputsPerRowGroup + 1);
  needs.row_group = std::min(needs.row_group, std::max(fits, kLeast));
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

int64_t InputsAtATime(int64_t row_group_aim) {
  return std::min(row_group_aim, kMostBytes) * kInputsPerRowGroup;
}

int64_t RowGroupAim(std::span<const MergeInput> inputs, const MergeSet& set,
                    const MergeOptions& options) {
  return NeedsOf(inputs, set, options).row_group;
}

int64_t MergeMemory(std::span<const MergeInput> inputs, const MergeSet& set,
                    const MergeOptions& options) {
  const Needs needs = NeedsOf(inputs, set, options);
  const int64_t chunks =
      (needs.total / needs.row_group + 1) * static_cast<int64_t>(set.leaves.size());
  return needs.working + needs.held() + chunks * kPerChunk;
}

}  // namespace pqpack
