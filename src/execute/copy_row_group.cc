// SPDX-License-Identifier: Apache-2.0
#include "execute/copy_row_group.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "base/caught.h"
#include "base/executor.h"
#include "execute/column_cursor.h"
#include "execute/column_window.h"
#include "execute/memory_estimate.h"

namespace pqpack {
namespace {

// All columns are open at the same time when a row group is split: small batches.
constexpr int64_t kSplitBatch = 4096;

class RowGroupCopy {
 public:
  RowGroupCopy(const EncodeContext& context, const RowGroup& group, int64_t first_row,
               OutputFile* output)
      : context_(context), group_(group), first_row_(first_row), output_(output) {}

  Result<std::vector<int64_t>> Run() {
    const RewriteOptions& options = context_.options;
    const int64_t rows = RowsAtATime(group_, options);
    if (rows < group_.num_rows) return InPieces(rows);
    PQ_RETURN_NOT_OK(output_->BeginRowGroup());
    if (GoesParallel(group_, options)) {
      PQ_RETURN_NOT_OK(InParallel());
    } else {
      PQ_RETURN_NOT_OK(OneByOne());
    }
    PQ_RETURN_NOT_OK(output_->EndRowGroup(group_.num_rows));
    return std::vector<int64_t>{group_.num_rows};
  }

 private:
  int columns() const { return output_->num_columns(); }

  Status OneByOne() {
    for (int i = 0; i < columns(); ++i) PQ_RETURN_NOT_OK(Within(i, CopyAndClose(i)));
    return Status::OK();
  }

  Status CopyAndClose(int i) {
    PQ_ASSIGN(const CloseFn close, CopyColumn(i, /*held=*/false));
    return output_->CloseColumn(close);
  }

  // Columns are copied in any order and closed, which sends their bytes, in
  // theirs: by whoever finds that it is the next one's turn.
  Status InParallel() {
    ColumnWindow window(HeldMemory(group_, context_.options),
                        MemoryFor(group_, context_.options).window);
    std::vector<CloseFn> finished(static_cast<size_t>(columns()));
    std::mutex mutex;
    int next = 0;
    const auto close_finished = [&](int i, CloseFn close) {
      std::lock_guard lock(mutex);
      finished[static_cast<size_t>(i)] = std::move(close);
      for (; next < columns() && finished[static_cast<size_t>(next)] != nullptr; ++next) {
        const CloseFn closing = std::exchange(finished[static_cast<size_t>(next)], nullptr);
        PQ_RETURN_NOT_OK(Within(next, output_->CloseColumn(closing)));
        window.WentOut();
      }
      return Status::OK();
    };
    const auto copy = [&](int i) -> Status {
      auto close = CopyColumn(i, /*held=*/true);
      if (!close.ok()) return Within(i, close.status());
      return close_finished(i, *std::move(close));
    };
    return context_.options.executor->ForEach(
        columns(), context_.options.width, [&](int64_t n) -> Status {
          // Whoever gave up returns the error.
          if (!window.Begin(static_cast<size_t>(n))) return Status::OK();
          Status status = Caught([&] { return copy(static_cast<int>(n)); });
          if (!status.ok()) window.GiveUp();
          return status;
        });
  }

  Result<std::vector<int64_t>> InPieces(int64_t rows) {
    std::vector<std::unique_ptr<ColumnCursor>> cursors;
    for (int i = 0; i < columns(); ++i) {
      auto cursor =
          OpenCursor(context_, Chunk(i), std::min(context_.options.batch_size, kSplitBatch));
      if (!cursor.ok()) return Within(i, cursor.status());
      cursors.push_back(*std::move(cursor));
    }
    std::vector<int64_t> pieces;
    for (int64_t left = group_.num_rows; left > 0; left -= pieces.back()) {
      pieces.push_back(std::min(left, rows));
      PQ_RETURN_NOT_OK(output_->BeginRowGroup());
      for (int i = 0; i < columns(); ++i) {
        auto& cursor = *cursors[static_cast<size_t>(i)];
        PQ_RETURN_NOT_OK(Within(i, CopyPiece(i, pieces.back(), &cursor)));
      }
      PQ_RETURN_NOT_OK(output_->EndRowGroup(pieces.back()));
    }
    for (int i = 0; i < columns(); ++i) {
      PQ_RETURN_NOT_OK(Within(i, cursors[static_cast<size_t>(i)]->Finish()));
    }
    return pieces;
  }

  Status CopyPiece(int i, int64_t rows, ColumnCursor* cursor) {
    PQ_ASSIGN(const OutputChunk out, output_->Chunk(i, /*held=*/false));
    PQ_ASSIGN(const auto column, OpenValuesOf(Chunk(i), out));
    PQ_RETURN_NOT_OK(cursor->Copy(rows, column.get()));
    return output_->CloseColumn(Closing(column, out, cursor->moved_nan()));
  }

  Result<CloseFn> CopyColumn(int i, bool held) {
    PQ_ASSIGN(const OutputChunk out, output_->Chunk(i, held));
    return EncodeColumn(context_, Chunk(i), out);
  }

  ChunkToEncode Chunk(int i) const {
    return {*group_.columns[static_cast<size_t>(i)].meta_data, i, group_.num_rows, first_row_};
  }

  Status Within(int i, const Status& status) const {
    if (status.ok()) return status;
    return pqpack::Within("column " + context_.source_columns.Column(i)->path()->ToDotString(),
                          status);
  }

  const EncodeContext& context_;
  const RowGroup& group_;
  const int64_t first_row_;
  OutputFile* output_;
};

}  // namespace

Result<std::vector<int64_t>> CopyRowGroup(const EncodeContext& context, const RowGroup& group,
                                          int64_t first_row, OutputFile* output) {
  return RowGroupCopy(context, group, first_row, output).Run();
}

}  // namespace pqpack
