// SPDX-License-Identifier: Apache-2.0
#include "verify/absent_chunk.h"

#include <algorithm>
#include <vector>

namespace pqpack {
namespace {

constexpr int64_t kBatch = 8192;

// The outermost layer is the one that lacks.  A repeated field without a group around it is
// required (table_column.h): without a value it is an empty list.
int16_t LevelOfAbsence(const TableColumn& column) {
  const auto& layers = column.layers;
  const bool is_list = layers[0].annotation && layers[0].annotation->kind == LogicalKind::kList;
  const bool required = layers[0].repetition == Repetition::kRequired;
  return is_list && required && layers.size() > 1 && layers[1].repeated() ? 1 : 0;
}

class AbsentChunk : public ChunkReader {
 public:
  AbsentChunk(const TableColumn& column, int64_t rows)
      : rows_left_(rows),
        definition_(static_cast<size_t>(std::min(rows, kBatch)), LevelOfAbsence(column)),
        repetition_(column.max_repetition > 0 ? definition_.size() : 0) {}

  Result<SlotBatch> Next() override {
    SlotBatch batch;
    batch.slots = std::min(rows_left_, kBatch);
    batch.definition = definition_.data();
    batch.repetition = repetition_.empty() ? nullptr : repetition_.data();
    rows_left_ -= batch.slots;
    return batch;
  }

 private:
  int64_t rows_left_;
  const std::vector<int16_t> definition_;
  const std::vector<int16_t> repetition_;
};

}  // namespace

std::unique_ptr<ChunkReader> OpenAbsentChunk(const TableColumn& column, int64_t rows) {
  return std::make_unique<AbsentChunk>(column, rows);
}

}  // namespace pqpack
