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
#include <utility>
#include <vector>

#include "base/caught.h"
#include "base/largest_first.h"
#include "verify/compare_slots.h"
#include "verify/first_finding.h"
#include "verify/row_windows.h"
#include "verify/structure_proof.h"
#include "verify/wider_values.h"

namespace pqpack {
namespace {

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
    const std::vector<WindowBatch> batches = BatchesOf(windows, a_, b_, options_.together);
    const auto chunks = static_cast<int64_t>(columns_);
    a_.StartReading(HowToRead(batches, a_, Side::kA, options_.width, options_.reading), chunks);
    b_.StartReading(HowToRead(batches, b_, Side::kB, options_.width, options_.reading), chunks);
    order_ = OrderOfColumns();
    std::vector<ColumnState> states(columns_);
    for (const WindowBatch& batch : batches) {
      if (batch.front().first_row() > findings_.limit()) break;
      PQ_RETURN_NOT_OK(batch.front().whole() ? Independent(batch) : Together(batch, &states));
    }
    PQ_ASSIGN(auto found, findings_.Take());
    if (found || a_.rows() == b_.rows()) return found;
    return std::optional<Difference>(MoreRows());
  }

 private:
  std::vector<size_t> OrderOfColumns() const {
    std::vector<double> bytes(columns_);
    for (const GroupPlace& place : b_.groups()) {
      const std::vector<TableColumn>& columns = b_.columns(place.file);
      for (size_t c = 0; c < columns_; ++c) {
        if (columns[c].absent()) continue;
        bytes[c] += static_cast<double>(b_.Chunk(place, columns[c]).pages.length);
      }
    }
    return LargestFirst(bytes, options_.width);
  }

  Status Independent(const WindowBatch& windows) {
    const auto count = static_cast<int64_t>(windows.size() * columns_);
    return options_.executor->ForEach(count, options_.width, [&](int64_t n) {
      const Window& window = windows[static_cast<size_t>(n) / columns_];
      ColumnState state;
      return Compare(window, order_[static_cast<size_t>(n) % columns_], &state);
    });
  }

  Status Together(const WindowBatch& windows, std::vector<ColumnState>* states) {
    Fetch(windows);
    const auto columns = static_cast<int64_t>(columns_);
    return options_.executor->ForEach(columns, options_.width, [&](int64_t column) {
      const size_t c = order_[static_cast<size_t>(column)];
      Status status;
      for (auto window = windows.begin(); window != windows.end() && status.ok(); ++window) {
        status = Compare(*window, c, &(*states)[c]);
      }
      return status;
    });
  }

  // What a column would else wait for, file by file.  One that fails here does so again for the
  // column that needs it, which knows the row.
  void Fetch(const WindowBatch& windows) {
    Executor* const io = options_.reading.executor;
    if (io == nullptr) return;
    for (const auto& [table, side] : {std::pair(&a_, Side::kA), std::pair(&b_, Side::kB)}) {
      if (!IsRemote(table->object(0).uri)) continue;
      (void)table->Fetch(HeldFiles(windows, *table, side), *io);
    }
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
  std::vector<size_t> order_;  // of columns
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
