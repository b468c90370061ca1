// SPDX-License-Identifier: Apache-2.0
//
// Goes through the slots of one column chunk and knows which row it is in, wherever pages
// end.  Where the file lacks the column each row is a null.  One thread.
#pragma once

#include <memory>
#include <string>

#include "verify/chunk_reader.h"
#include "verify/table.h"

namespace pqpack {

class SlotCursor {
 public:
  // All are borrowed.  Errors name file, row group and column.
  static Result<std::unique_ptr<SlotCursor>> Open(Table& table, const GroupPlace& place,
                                                  const TableColumn& column,
                                                  arrow::MemoryPool* pool);
  ~SlotCursor();

  // Makes slots available where there are none at hand; false behind the last one.
  Result<bool> Fill();

  // Passes the first `rows` rows.  Before any other call.
  Status SkipRows(int64_t rows);

  // Of the slots at hand.
  int64_t slots() const { return batch_.slots - at_; }
  const int16_t* definition() const {
    return batch_.definition ? batch_.definition + at_ : nullptr;
  }
  const int16_t* repetition() const {
    return batch_.repetition ? batch_.repetition + at_ : nullptr;
  }
  const uint8_t* data() const { return batch_.data + value_at_ * value_size_; }
  // How many of the first `slots` have a value, or begin a row.
  int64_t Values(int64_t slots) const;
  int64_t Rows(int64_t slots) const;
  void Advance(int64_t slots);

  // The row, counted in the row group, that the slot number `slot` of those at hand is in.
  int64_t RowOf(int64_t slot) const { return rows_begun_ + Rows(slot + 1) - 1; }
  // How many slots of its row stand before it.
  int64_t PlaceInRow(int64_t slot) const;
  bool BeginsRow(int64_t slot) const { return repetition() == nullptr || repetition()[slot] == 0; }
  const uint8_t* ValueAt(int64_t slot) const { return data() + Values(slot) * value_size_; }
  bool HasValue(int64_t slot) const {
    return definition() == nullptr || definition()[slot] == present_;
  }

  int64_t rows_begun() const { return rows_begun_; }
  const GroupPlace& place() const { return place_; }
  const Table& table() const { return table_; }
  const TableColumn& column() const { return column_; }

 private:
  SlotCursor(Table& table, const GroupPlace& place, const TableColumn& column)
      : table_(table),
        place_(place),
        column_(column),
        value_size_(ValueSize(column.type)),
        present_(column.present()) {}

  Table& table_;
  const GroupPlace& place_;
  const TableColumn& column_;
  const int64_t value_size_;
  const int16_t present_;  // the definition level of a slot with a value
  std::unique_ptr<ChunkReader> reader_;
  SlotBatch batch_;
  int64_t at_ = 0;
  int64_t value_at_ = 0;
  int64_t rows_begun_ = 0;
  int64_t slots_in_row_ = 0;  // passed, of the row that began last
};

}  // namespace pqpack
