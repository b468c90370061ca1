// SPDX-License-Identifier: Apache-2.0
//
// Row groups rarely end at the same rows on both sides, so the rows are cut into windows at
// the ends of all row groups, of either side.  Where a window is one whole row group on both
// sides its columns are independent tasks.  Else the columns go through the windows together,
// each with its two cursors, which stay open where a row group is longer than the window:
// so every byte of both sides is read once and in order, and no more is held than pages of the
// columns.
//
// A difference sets a limit: from then on nobody looks at rows behind it.  So what is found in
// the end is the first one, in whatever order the tasks ran.
#include "verify/compare_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <limits>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include "base/caught.h"
#include "verify/same_pages.h"
#include "verify/slot_cursor.h"
#include "verify/value_text.h"

namespace pqpack {
namespace {

// Rows that belong to one row group on each side.
struct Window {
  const GroupPlace* a;
  const GroupPlace* b;
  bool a_begins, b_begins, a_ends, b_ends;

  bool whole() const { return a_begins && b_begins && a_ends && b_ends; }
  int64_t first_row() const { return std::max(a->first_row, b->first_row); }
};

std::vector<Window> WindowsOf(const Table& a, const Table& b) {
  std::vector<Window> windows;
  auto left = a.groups().begin();
  auto right = b.groups().begin();
  int64_t row = 0;
  while (left != a.groups().end() && right != b.groups().end()) {
    const int64_t end = std::min(left->end(), right->end());
    windows.push_back({&*left, &*right, left->first_row == row, right->first_row == row,
                       left->end() == end, right->end() == end});
    row = end;
    if (left->end() == end) ++left;
    if (right->end() == end) ++right;
  }
  return windows;
}

// What is found first: a difference, or an error that keeps from looking further.
class Findings {
 public:
  void Add(int64_t row, size_t column, Result<Difference> what) {
    std::lock_guard lock(mutex_);
    if (std::pair(row, column) >= first_) return;
    first_ = {row, column};
    what_ = std::move(what);
    limit_ = row;
  }
  // Rows behind it need no look.
  int64_t limit() const { return limit_; }

  Result<std::optional<Difference>> Take() {
    std::lock_guard lock(mutex_);
    if (!what_) return std::optional<Difference>();
    PQ_RETURN_NOT_OK(what_->status());
    return std::optional<Difference>(**std::move(what_));
  }

 private:
  std::mutex mutex_;
  std::atomic<int64_t> limit_ = std::numeric_limits<int64_t>::max();
  std::pair<int64_t, size_t> first_ = {std::numeric_limits<int64_t>::max(), 0};
  std::optional<Result<Difference>> what_;
};

struct CursorPair {
  std::unique_ptr<SlotCursor> a, b;
};

DifferencePlace PlaceOf(const SlotCursor& cursor, int64_t row_in_group) {
  const GroupPlace& place = cursor.place();
  return {cursor.table().object(place.file).uri.ToString(), place.group,
          place.first_in_file + row_in_group, ""};
}

std::string SlotText(const SlotCursor& cursor, int64_t slot, const SlotCursor& other) {
  if (!cursor.HasValue(slot)) return AbsenceText(cursor.column(), cursor.definition()[slot]);
  const uint8_t* against = other.HasValue(slot) ? other.ValueAt(slot) : nullptr;
  return ValueText(cursor.column(), cursor.ValueAt(slot), against);
}

// Compares two chunks as far as both have rows of the window.
class ColumnComparison {
 public:
  ColumnComparison(CursorPair& cursors, size_t column, const CompareOptions& options,
                   Findings* findings)
      : a_(*cursors.a), b_(*cursors.b), column_(column), options_(options), findings_(findings) {}

  // Errors are those of reading.
  Status Run() {
    while (row() <= findings_->limit()) {
      if (options_.stop.stop_requested()) return Error(ErrorCode::kCancelled, "stopped");
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
    const int64_t equal = FirstDifferentValue(a_.column(), a_.data(), b_.data(), values);
    if (equal < values) return Differ(SlotOfValue(equal), "the values differ");
    if (same < slots) {
      if (a_.BeginsRow(same) != b_.BeginsRow(same)) return RowEnds(same);
      return Differ(same, "the values differ");
    }
    a_.Advance(slots);
    b_.Advance(slots);
    return true;
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
        longer.HasValue(0) ? ValueText(longer.column(), longer.data(), nullptr)
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
  const size_t column_;
  const CompareOptions& options_;
  Findings* findings_;
};

class RowsComparison {
 public:
  RowsComparison(Table& a, Table& b, const CompareOptions& options, ProofCounts* counts)
      : a_(a), b_(b), options_(options), counts_(counts), columns_(a.columns(0).size()) {}

  Result<std::optional<Difference>> Run() {
    const std::vector<Window> windows = WindowsOf(a_, b_);
    SetReading(windows);
    for (size_t begin = 0; begin < windows.size();) {
      if (windows[begin].first_row() > findings_.limit()) break;
      size_t end = begin;
      if (windows[begin].whole()) {
        while (end < windows.size() && windows[end].whole()) ++end;
        PQ_RETURN_NOT_OK(Independent({&windows[begin], end - begin}));
      } else {
        while (end < windows.size() && !windows[end].whole()) ++end;
        PQ_RETURN_NOT_OK(Together({&windows[begin], end - begin}));
      }
      begin = end;
    }
    counts_->by_structure = by_structure_;
    counts_->by_content = by_content_;
    PQ_ASSIGN(auto found, findings_.Take());
    if (found || a_.rows() == b_.rows()) return found;
    return std::optional<Difference>(MoreRows());
  }

 private:
  // Blocks of 8 MiB suit row groups that are read column by column to their end; where many
  // columns advance together through a row group, each has a small block of its own.
  void SetReading(const std::vector<Window>& windows) {
    const auto chunks = static_cast<int64_t>(columns_);
    ReadAheadOptions reading = options_.reading;
    if (!std::ranges::all_of(windows, &Window::whole)) {
      reading.block_size = std::min(reading.block_size, kMiB);
      reading.blocks_ahead = 0;
    }
    a_.StartReading(reading, chunks);
    b_.StartReading(reading, chunks);
  }

  Status Independent(std::span<const Window> windows) {
    const auto count = static_cast<int64_t>(windows.size() * columns_);
    return options_.executor->ForEach(count, options_.width, [&](int64_t n) {
      const Window& window = windows[static_cast<size_t>(n) / columns_];
      CursorPair cursors;
      return Compare(window, static_cast<size_t>(n) % columns_, &cursors);
    });
  }

  Status Together(std::span<const Window> windows) {
    std::vector<CursorPair> cursors(columns_);
    for (const Window& window : windows) {
      if (window.first_row() > findings_.limit()) break;
      PQ_RETURN_NOT_OK(options_.executor->ForEach(static_cast<int64_t>(columns_), options_.width,
                                                  [&](int64_t column) {
                                                    const auto c = static_cast<size_t>(column);
                                                    return Compare(window, c, &cursors[c]);
                                                  }));
    }
    return Status::OK();
  }

  // Only what ends the whole comparison is returned; the rest is a finding.
  Status Compare(const Window& window, size_t column, CursorPair* cursors) {
    if (window.first_row() > findings_.limit()) return Status::OK();
    int64_t row = window.first_row();
    Status status = Caught([&] { return CompareColumn(window, column, cursors, &row); });
    if (status.ok()) return status;
    if (CodeOf(status) == ErrorCode::kCancelled) return status;
    findings_.Add(row, column, status);
    return Status::OK();
  }

  Status CompareColumn(const Window& window, size_t column, CursorPair* cursors, int64_t* row) {
    if (options_.proof != Proof::kContent) {
      PQ_ASSIGN(const bool proven, ByStructure(window, column));
      by_structure_ += proven ? 1 : 0;
      if (proven || options_.proof == Proof::kStructure) return Status::OK();
    }
    if (window.a_begins) PQ_RETURN_NOT_OK(Open(a_, *window.a, column, &cursors->a));
    if (window.b_begins) PQ_RETURN_NOT_OK(Open(b_, *window.b, column, &cursors->b));
    ColumnComparison comparison(*cursors, column, options_, &findings_);
    const Status status = comparison.Run();
    if (!status.ok()) *row = comparison.row();
    if (window.a_ends) cursors->a.reset();
    if (window.b_ends) cursors->b.reset();
    PQ_RETURN_NOT_OK(status);
    by_content_ += window.a_ends ? 1 : 0;
    return Status::OK();
  }

  // Whether the chunks consist of the same pages; where that is the only proof, says what
  // is not the same.
  Result<bool> ByStructure(const Window& window, size_t column) {
    const TableColumn& of_a = a_.columns(window.a->file)[column];
    const TableColumn& of_b = b_.columns(window.b->file)[column];
    std::optional<std::string> what = "the row groups end at other rows";
    if (window.whole()) {
      PQ_ASSIGN(what, ChunksDiffer(*window.a, of_a, *window.b, of_b));
    }
    if (!what) {
      a_.ChunkDone(*window.a);
      b_.ChunkDone(*window.b);
      return true;
    }
    if (options_.proof == Proof::kStructure) {
      Difference difference;
      difference.what = "not proven by structure: " + *what;
      difference.column = of_a.Path();
      difference.row = window.first_row();
      difference.a = {a_.object(window.a->file).uri.ToString(), window.a->group, -1, "a chunk"};
      difference.b = {b_.object(window.b->file).uri.ToString(), window.b->group, -1, "a chunk"};
      findings_.Add(window.first_row(), column, std::move(difference));
    }
    return false;
  }

  Result<std::optional<std::string>> ChunksDiffer(const GroupPlace& place_a,
                                                  const TableColumn& of_a,
                                                  const GroupPlace& place_b,
                                                  const TableColumn& of_b) {
    // The same bytes mean the same only where they are read in the same way.
    if (of_a.max_definition != of_b.max_definition || of_a.max_repetition != of_b.max_repetition ||
        of_a.level_map != of_b.level_map) {
      return std::optional<std::string>("the columns have other levels");
    }
    PQ_ASSIGN(const ChunkSource source_a, a_.SourceOf(place_a, of_a));
    PQ_ASSIGN(const ChunkSource source_b, b_.SourceOf(place_b, of_b));
    auto result = ComparePages(source_a, source_b, options_.pool);
    if (result.ok()) return result;
    return a_.Within(place_a, of_a, result.status());
  }

  Status Open(Table& table, const GroupPlace& place, size_t column,
              std::unique_ptr<SlotCursor>* cursor) {
    PQ_ASSIGN(*cursor,
              SlotCursor::Open(table, place, table.columns(place.file)[column], options_.pool));
    return Status::OK();
  }

  // All rows that both have are the same.
  Difference MoreRows() const {
    const bool a_more = a_.rows() > b_.rows();
    const Table& longer = a_more ? a_ : b_;
    const Table& shorter = a_more ? b_ : a_;
    Difference difference;
    difference.row = shorter.rows();
    difference.what = fmt::format("{} rows against {}; the first {} are the same", a_.rows(),
                                  b_.rows(), shorter.rows());
    const auto group = std::ranges::find_if(
        longer.groups(), [&](const GroupPlace& place) { return place.end() > difference.row; });
    DifferencePlace place{longer.object(group->file).uri.ToString(), group->group,
                          group->first_in_file + difference.row - group->first_row, "a row"};
    DifferencePlace none{shorter.object(shorter.files() - 1).uri.ToString(), -1, -1, "no row"};
    difference.a = a_more ? place : none;
    difference.b = a_more ? none : place;
    return difference;
  }

  Table& a_;
  Table& b_;
  const CompareOptions& options_;
  ProofCounts* counts_;
  const size_t columns_;
  Findings findings_;
  std::atomic<int64_t> by_structure_ = 0;
  std::atomic<int64_t> by_content_ = 0;
};

}  // namespace

Result<std::optional<Difference>> CompareRows(Table& a, Table& b, const CompareOptions& options,
                                              ProofCounts* counts) {
  return RowsComparison(a, b, options, counts).Run();
}

}  // namespace pqpack
