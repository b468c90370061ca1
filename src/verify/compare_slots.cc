// SPDX-License-Identifier: Apache-2.0
#include "verify/compare_slots.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "verify/value_text.h"
#include "verify/wider_values.h"

namespace pqpack {
namespace {

DifferencePlace PlaceOf(const SlotCursor& cursor, int64_t row_in_group) {
  const GroupPlace& place = cursor.place();
  return {cursor.table().object(place.file).uri.ToString(), place.group,
          place.first_in_file + row_in_group, ""};
}

std::string SlotText(const SlotCursor& cursor, int64_t slot, const SlotCursor& other) {
  if (!cursor.HasValue(slot)) return AbsenceText(cursor.column(), cursor.definition()[slot]);
  const ValueOf value{cursor.column(), cursor.ValueAt(slot)};
  return other.HasValue(slot) ? ValueText(value, {other.column(), other.ValueAt(slot)})
                              : ValueText(value);
}

// Compares two chunks as far as both have rows of the window.
class ColumnComparison {
 public:
  ColumnComparison(CursorPair& cursors, size_t column, std::stop_token stop, FirstFinding* findings)
      : a_(*cursors.a),
        b_(*cursors.b),
        same_storage_(SameStorage(a_.column(), b_.column())),
        column_(column),
        stop_(std::move(stop)),
        findings_(findings) {}

  // Errors are those of reading.
  Status Run() {
    while (row() <= findings_->limit()) {
      if (stop_.stop_requested()) return Error(ErrorCode::kCancelled, "stopped");
      PQ_ASSIGN(const bool more_a, a_.Fill());
      PQ_ASSIGN(const bool more_b, b_.Fill());
      if (!more_a || !more_b) return AtEnd(more_a, more_b);
      if (!CompareAtHand(std::min(a_.slots(), b_.slots()))) return Status::OK();
    }
    return Status::OK();
  }

  // The row that is looked at, in the table.
  int64_t row() const { return a_.place().first_row + std::max<int64_t>(a_.rows_begun() - 1, 0); }

 private:
  // False: they differ.
  bool CompareAtHand(int64_t slots) {
    const int64_t same = SameLevels(slots);
    const int64_t values = a_.Values(same);  // b's are as many
    const int64_t equal = SameValues(values);
    if (equal < values) return Differ(SlotOfValue(equal), "the values differ");
    if (same < slots) {
      if (a_.BeginsRow(same) != b_.BeginsRow(same)) return RowEnds(same);
      return Differ(same, "the values differ");
    }
    a_.Advance(slots);
    b_.Advance(slots);
    return true;
  }

  // How many of the next values are the same up to the first that is not.
  int64_t SameValues(int64_t values) const {
    if (values == 0) return 0;
    if (same_storage_) return FirstDifferentValue(a_.column(), a_.data(), b_.data(), values);
    return FirstDifferentNumber(a_.column(), a_.data(), b_.column(), b_.data(), values);
  }

  int64_t SameLevels(int64_t slots) const {
    return std::min(SameDefinition(slots), SamePrefix(a_.repetition(), b_.repetition(), slots));
  }

  // A side without levels has a value in every slot.
  int64_t SameDefinition(int64_t slots) const {
    const int16_t* a = a_.definition();
    const int16_t* b = b_.definition();
    if ((a == nullptr) == (b == nullptr)) return SamePrefix(a, b, slots);
    const int16_t* const given = a == nullptr ? b : a;
    const int16_t present = a_.column().present();
    return std::find_if(given, given + slots, [=](int16_t level) { return level != present; }) -
           given;
  }

  static int64_t SamePrefix(const int16_t* a, const int16_t* b, int64_t count) {
    if (a == nullptr || std::memcmp(a, b, static_cast<size_t>(count) * sizeof(*a)) == 0) {
      return count;
    }
    return std::mismatch(a, a + count, b).first - a;
  }

  int64_t SlotOfValue(int64_t value) const {
    for (int64_t slot = 0;; ++slot) {
      if (a_.HasValue(slot) && value-- == 0) return slot;
    }
  }

  bool Differ(int64_t slot, std::string what) {
    Difference difference;
    const int64_t row = a_.RowOf(slot);
    difference.what = std::move(what);
    difference.a = PlaceOf(a_, row);
    difference.b = PlaceOf(b_, b_.RowOf(slot));
    difference.a.value = SlotText(a_, slot, b_);
    difference.b.value = SlotText(b_, slot, a_);
    if (a_.repetition() != nullptr) {
      if (a_.repetition()[slot] != b_.repetition()[slot]) {
        difference.what = "the lists are cut differently";
      }
      difference.what += fmt::format(", at value {} of the row", a_.PlaceInRow(slot));
    }
    return Report(a_.place().first_row + row, std::move(difference));
  }

  // One side begins the next row where the other one's goes on.
  bool RowEnds(int64_t slot) {
    const bool a_ends = a_.BeginsRow(slot);
    const SlotCursor& longer = a_ends ? b_ : a_;
    const SlotCursor& shorter = a_ends ? a_ : b_;
    Difference difference;
    difference.what = fmt::format("one row has more values, from value {} of the row on",
                                  longer.PlaceInRow(slot));
    const int64_t row = longer.RowOf(slot);
    difference.a = PlaceOf(a_, a_.RowOf(slot) - (a_ends ? 1 : 0));
    difference.b = PlaceOf(b_, b_.RowOf(slot) - (a_ends ? 0 : 1));
    (a_ends ? difference.b : difference.a).value = SlotText(longer, slot, shorter);
    (a_ends ? difference.a : difference.b).value = "the row has ended";
    return Report(longer.place().first_row + row, std::move(difference));
  }

  // At least one chunk is at its end, which is the end of the window, since readers count rows.
  Status AtEnd(bool more_a, bool more_b) {
    if (!more_a && !more_b) return Status::OK();
    SlotCursor& longer = more_a ? a_ : b_;
    if (longer.BeginsRow(0)) return Status::OK();
    Difference difference;
    difference.what =
        fmt::format("one row has more values, from value {} of the row on", longer.PlaceInRow(0));
    difference.a = PlaceOf(a_, a_.rows_begun() - 1);
    difference.b = PlaceOf(b_, b_.rows_begun() - 1);
    (more_a ? difference.a : difference.b).value =
        longer.HasValue(0) ? ValueText({longer.column(), longer.data()})
                           : AbsenceText(longer.column(), longer.definition()[0]);
    (more_a ? difference.b : difference.a).value = "the row has ended";
    Report(longer.place().first_row + longer.rows_begun() - 1, std::move(difference));
    return Status::OK();
  }

  bool Report(int64_t row, Difference difference) {
    difference.column = a_.column().Path();
    difference.row = row;
    findings_->Add(row, column_, std::move(difference));
    return false;
  }

  SlotCursor& a_;
  SlotCursor& b_;
  const bool same_storage_;
  const size_t column_;
  const std::stop_token stop_;
  FirstFinding* findings_;
};

}  // namespace

Status CompareSlots(CursorPair& cursors, size_t column, std::stop_token stop,
                    FirstFinding* findings, int64_t* row) {
  ColumnComparison comparison(cursors, column, std::move(stop), findings);
  const Status status = comparison.Run();
  if (!status.ok()) *row = comparison.row();
  return status;
}

}  // namespace pqpack
