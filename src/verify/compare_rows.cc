// SPDX-License-Identifier: Apache-2.0
//
// Row groups rarely end at the same rows on both sides, so the rows are cut into windows at
// the ends of all row groups, of either side.  Where a window is one whole row group on both
// sides its columns are independent tasks.  Else the columns go through the windows together,
// each with its two cursors, which stay open where a row group is longer than the window:
// so every byte of both sides is read once and in order, and no more is held than pages of the
// columns.
//
// A column is proven by structure as long as that goes.  From the window on where it does not,
// its values are decoded: of row groups that began before, once more.
//
// A difference sets a limit: from then on nobody looks at rows behind it.  So what is found in
// the end is the first one, in whatever order the tasks ran.
#include "verify/compare_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include "base/caught.h"
#include "verify/compare_slots.h"
#include "verify/first_finding.h"
#include "verify/structure_proof.h"
#include "verify/wider_values.h"

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

// Where one column stands between two windows.
struct ColumnState {
  std::optional<StructureProof> structure;
  // From where structure does not prove it up to the next row that begins row groups of both
  // sides.
  bool by_content = false;
  CursorPair slots;
  Status of_structure;  // the error that made it go over
};

class RowsComparison {
 public:
  RowsComparison(Table& a, Table& b, const CompareOptions& options, ProofCounts* counts)
      : a_(a), b_(b), options_(options), counts_(counts), columns_(b.columns(0).size()) {}

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
      ColumnState state;
      return Compare(window, static_cast<size_t>(n) % columns_, &state);
    });
  }

  Status Together(std::span<const Window> windows) {
    std::vector<ColumnState> states(columns_);
    const auto columns = static_cast<int64_t>(columns_);
    while (!windows.empty() && windows[0].first_row() <= findings_.limit()) {
      const auto batch = windows.first(AtATime(windows));
      windows = windows.subspan(batch.size());
      PQ_RETURN_NOT_OK(options_.executor->ForEach(columns, options_.width, [&](int64_t column) {
        const auto c = static_cast<size_t>(column);
        Status status;
        for (auto window = batch.begin(); window != batch.end() && status.ok(); ++window) {
          status = Compare(*window, c, &states[c]);
        }
        return status;
      }));
    }
    return Status::OK();
  }

  // How many windows, from the first one on, each column goes through before all wait for each
  // other: those of small files, so that threads do not wait at the end of each of a thousand.
  size_t AtATime(std::span<const Window> windows) const {
    int64_t bytes = 0;
    for (size_t n = 0; n < windows.size(); ++n) {
      const Window& window = windows[n];
      if (window.a_begins) bytes += a_.object(window.a->file).size;
      if (window.b_begins) bytes += b_.object(window.b->file).size;
      if (bytes > kTogetherBytes) return std::max<size_t>(n, 1);
    }
    return windows.size();
  }

  // Only what ends the whole comparison is returned; the rest is a finding.
  Status Compare(const Window& window, size_t column, ColumnState* state) {
    if (window.first_row() > findings_.limit()) return Status::OK();
    int64_t row = window.first_row();
    Status status = Caught([&] { return CompareColumn(window, column, state, &row); });
    if (status.ok()) return status;
    if (CodeOf(status) == ErrorCode::kCancelled) return status;
    findings_.Add(row, column, status);
    return Status::OK();
  }

  Status CompareColumn(const Window& window, size_t column, ColumnState* state, int64_t* row) {
    if (options_.proof != Proof::kContent && !state->by_content) {
      PQ_ASSIGN(const auto reason, ByStructure(window, column, state));
      if (!reason) return Status::OK();
      if (options_.proof == Proof::kStructure) {
        findings_.Add(window.first_row(), column, NotProven(window, column, *reason));
        return Status::OK();
      }
    }
    const Status status = ByContent(window, column, state, row);
    // Of two errors of one chunk that of the structure proof names the page.
    const bool named =
        CodeOf(status) == ErrorCode::kCorrupt && CodeOf(state->of_structure) == ErrorCode::kCorrupt;
    return named ? state->of_structure : status;
  }

  // Nothing: proven up to the end of the window.  Else why not.
  Result<std::optional<std::string>> ByStructure(const Window& window, size_t column,
                                                 ColumnState* state) {
    state->of_structure = Status::OK();
    if (a_.columns(window.a->file)[column].absent()) return std::optional("no such column");
    if (!SameStorage(a_.columns(window.a->file)[column], b_.columns(window.b->file)[column])) {
      return std::optional("the values have other types");
    }
    auto reason = RunStructure(window, column, state);
    if (reason.ok() && !*reason) {
      EndOfStructure(window, state);
      return reason;
    }
    if (reason.ok()) return reason;
    const ErrorCode code = CodeOf(reason.status());
    const bool only = options_.proof == Proof::kStructure;
    const bool may_be_decoded = code == ErrorCode::kCorrupt || code == ErrorCode::kTooLarge ||
                                code == ErrorCode::kUnsupported;
    if (only ? code != ErrorCode::kUnsupported : !may_be_decoded) return reason;
    state->of_structure = reason.status();
    return std::optional(reason.status().message());
  }

  Result<std::optional<std::string>> RunStructure(const Window& window, size_t column,
                                                  ColumnState* state) {
    if (!state->structure) state->structure.emplace(options_.pool, options_.stop);
    const auto open = [&](Table& table, const GroupPlace& place) {
      return EncodedCursor::Open(table, place, table.columns(place.file)[column],
                                 /*counts_rows=*/!window.whole(), options_.pool);
    };
    if (window.a_begins) {
      PQ_ASSIGN(auto cursor, open(a_, *window.a));
      state->structure->SetA(std::move(cursor));
    }
    if (window.b_begins) {
      PQ_ASSIGN(auto cursor, open(b_, *window.b));
      state->structure->SetB(std::move(cursor));
    }
    return state->structure->Run({.a = window.a_ends, .b = window.b_ends});
  }

  void EndOfStructure(const Window& window, ColumnState* state) {
    if (window.a_ends) {
      ProofCounts counts;
      counts.by_structure = 1;
      counts.page_bytes = state->structure->EndA();
      Count(counts);
      a_.ChunkDone(*window.a);
    }
    if (window.b_ends) {
      state->structure->EndB();
      b_.ChunkDone(*window.b);
    }
  }

  // Decodes the window's rows, where structure failed from the begin of its row groups on:
  // rows before the window were proven.
  Status ByContent(const Window& window, size_t column, ColumnState* state, int64_t* row) {
    const bool fell_back = !state->by_content && options_.proof != Proof::kContent;
    state->by_content = true;
    state->structure.reset();
    if (window.a_begins || fell_back) {
      PQ_RETURN_NOT_OK(Open(a_, *window.a, window, column, &state->slots.a));
    }
    if (window.b_begins || fell_back) {
      PQ_RETURN_NOT_OK(Open(b_, *window.b, window, column, &state->slots.b));
    }
    PQ_RETURN_NOT_OK(CompareSlots(state->slots, column, options_.stop, &findings_, row));
    if (window.a_ends) state->slots.a.reset();
    if (window.b_ends) state->slots.b.reset();
    if (window.a_ends && window.b_ends) state->by_content = false;
    if (!window.a_ends) return Status::OK();
    const TableColumn& of_a = a_.columns(window.a->file)[column];
    if (of_a.absent()) return Status::OK();
    ProofCounts counts;
    counts.by_content = 1;
    counts.content_bytes = a_.Chunk(*window.a, of_a).pages.length;
    Count(counts);
    return Status::OK();
  }

  Status Open(Table& table, const GroupPlace& place, const Window& window, size_t column,
              std::unique_ptr<SlotCursor>* cursor) {
    PQ_ASSIGN(*cursor,
              SlotCursor::Open(table, place, table.columns(place.file)[column], options_.pool));
    return (*cursor)->SkipRows(window.first_row() - place.first_row);
  }

  Difference NotProven(const Window& window, size_t column, const std::string& reason) const {
    Difference difference;
    difference.what = "not proven by structure: " + reason;
    difference.column = a_.columns(window.a->file)[column].Path();
    difference.row = window.first_row();
    difference.a = {a_.object(window.a->file).uri.ToString(), window.a->group, -1, "a chunk"};
    difference.b = {b_.object(window.b->file).uri.ToString(), window.b->group, -1, "a chunk"};
    return difference;
  }

  void Count(const ProofCounts& counts) {
    const std::lock_guard lock(mutex_);
    *counts_ += counts;
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
  FirstFinding findings_;
  std::mutex mutex_;  // of counts_
};

}  // namespace

ProofCounts& ProofCounts::operator+=(const ProofCounts& other) {
  by_structure += other.by_structure;
  by_content += other.by_content;
  for (size_t i = 0; i < kPageProofs; ++i) page_bytes[i] += other.page_bytes[i];
  content_bytes += other.content_bytes;
  return *this;
}

Result<std::optional<Difference>> CompareRows(Table& a, Table& b, const CompareOptions& options,
                                              ProofCounts* counts) {
  return RowsComparison(a, b, options, counts).Run();
}

}  // namespace pqpack
