// SPDX-License-Identifier: Apache-2.0
#include "verify/slot_cursor.h"

#include <algorithm>

#include "verify/absent_chunk.h"

namespace pqpack {

Result<std::unique_ptr<SlotCursor>> SlotCursor::Open(Table& table, const GroupPlace& place,
                                                     const TableColumn& column,
                                                     arrow::MemoryPool* pool) {
  std::unique_ptr<SlotCursor> cursor(new SlotCursor(table, place, column));
  if (column.absent()) {
    cursor->reader_ = OpenAbsentChunk(column, place.rows);
    return cursor;
  }
  PQ_ASSIGN(const ChunkSource source, table.SourceOf(place, column));
  auto reader = ChunkReader::Open(source, column, pool);
  if (!reader.ok()) return table.Within(place, column, reader.status());
  cursor->reader_ = *std::move(reader);
  return cursor;
}

SlotCursor::~SlotCursor() {
  reader_.reset();  // before the file is closed
  table_.ChunkDone(place_);
}

Result<bool> SlotCursor::Fill() {
  if (slots() > 0) return true;
  auto batch = reader_->Next();
  if (!batch.ok()) return table_.Within(place_, column_, batch.status());
  batch_ = *batch;
  at_ = value_at_ = 0;
  return batch_.slots > 0;
}

Status SlotCursor::SkipRows(int64_t rows) {
  while (rows > 0) {
    PQ_ASSIGN(const bool more, Fill());
    if (!more) return Status::OK();  // the reader has counted: there are no more rows
    int64_t pass = 0;
    for (int64_t begun = rows_begun_; pass < slots(); ++pass) {
      if (BeginsRow(pass) && begun++ == rows) break;
    }
    if (pass == 0) break;
    Advance(pass);
  }
  return Status::OK();
}

int64_t SlotCursor::Values(int64_t slots) const {
  if (definition() == nullptr) return slots;
  return std::count(definition(), definition() + slots, present_);
}

int64_t SlotCursor::Rows(int64_t slots) const {
  if (repetition() == nullptr) return slots;
  return std::count(repetition(), repetition() + slots, int16_t{0});
}

void SlotCursor::Advance(int64_t slots) {
  value_at_ += Values(slots);
  rows_begun_ += Rows(slots);
  slots_in_row_ = PlaceInRow(slots - 1) + 1;
  at_ += slots;
}

int64_t SlotCursor::PlaceInRow(int64_t slot) const {
  if (repetition() == nullptr) return 0;
  for (int64_t i = slot; i >= 0; --i) {
    if (repetition()[i] == 0) return slot - i;
  }
  return slots_in_row_ + slot;
}

}  // namespace pqpack
