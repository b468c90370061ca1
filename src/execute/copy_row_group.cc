// SPDX-License-Identifier: Apache-2.0
#include "execute/copy_row_group.h"

#include <arrow/util/key_value_metadata.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "base/caught.h"
#include "base/executor.h"
#include "execute/column_cursor.h"
#include "execute/column_window.h"
#include "execute/memory_estimate.h"
#include "execute/page_copy.h"
#include "execute/parquet_call.h"

namespace pqpack {
namespace {

// All columns are open at the same time when a row group is split: small batches.
constexpr int64_t kSplitBatch = 4096;

// Closes a column whose values are all written.
using CloseFn = std::function<Status()>;

class RowGroupCopy {
 public:
  RowGroupCopy(const CopyContext& context, const RowGroup& group, int64_t first_row,
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
    return close();
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
        PQ_RETURN_NOT_OK(Within(next, closing()));
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
      auto cursor = Open(i, std::min(context_.options.batch_size, kSplitBatch));
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
    PQ_ASSIGN(const auto column, output_->OpenColumn(i, /*held=*/false));
    PQ_RETURN_NOT_OK(CopyMetadata(i, column.get()));
    PQ_RETURN_NOT_OK(cursor->Copy(rows, column.get()));
    return output_->CloseColumn(column.get());
  }

  Result<CloseFn> CopyColumn(int i, bool held) {
    const auto at = static_cast<size_t>(i);
    const bool keeps = KeepsDictionary(chunk(i), *context_.leaves[at], context_.layouts[at],
                                       *context_.options.target);
    return keeps ? CopyByPages(i, held) : CopyByValues(i, held);
  }

  Result<CloseFn> CopyByPages(int i, bool held) {
    PQ_ASSIGN(const auto column, output_->OpenPages(i, held));
    PQ_RETURN_NOT_OK(CopyMetadata(i, column.get()));
    const auto* described = context_.source_columns.Column(i);
    PQ_ASSIGN(auto pages, OpenPages(context_.source, chunk(i), described));
    PQ_RETURN_NOT_OK(CopyPages(std::move(pages), described,
                               OptionsFor(i, context_.options.batch_size), column.get()));
    return [this, column] { return output_->CloseColumn(column.get()); };
  }

  Result<CloseFn> CopyByValues(int i, bool held) {
    PQ_ASSIGN(const auto column, output_->OpenColumn(i, held));
    PQ_RETURN_NOT_OK(CopyMetadata(i, column.get()));
    PQ_ASSIGN(const auto cursor, Open(i, context_.options.batch_size));
    PQ_RETURN_NOT_OK(cursor->Copy(group_.num_rows, column.get()));
    PQ_RETURN_NOT_OK(cursor->Finish());
    return [this, column] { return output_->CloseColumn(column.get()); };
  }

  template <typename Column>
  Status CopyMetadata(int i, Column* column) {
    const auto& pairs = chunk(i).key_value_metadata;
    if (!pairs || pairs->empty()) return Status::OK();
    auto copy = std::make_shared<arrow::KeyValueMetadata>();
    for (const KeyValue& pair : *pairs) copy->Append(pair.key, pair.value.value_or(""));
    return WriteCall([&] { column->AddKeyValueMetadata(copy); });
  }

  Result<std::unique_ptr<ColumnCursor>> Open(int i, int64_t batch_size) {
    PQ_ASSIGN(auto reader,
              OpenColumn(context_.source, chunk(i), context_.source_columns.Column(i)));
    return MakeCursor(std::move(reader), *context_.leaves[static_cast<size_t>(i)],
                      OptionsFor(i, batch_size));
  }

  CursorOptions OptionsFor(int i, int64_t batch_size) const {
    CursorOptions options;
    options.batch_size = batch_size;
    options.allow_lossy = context_.options.allow_lossy;
    options.rows = group_.num_rows;
    options.values = chunk(i).num_values;
    options.first_row = first_row_;
    options.stop = context_.options.stop;
    options.pool = context_.options.pool;
    return options;
  }

  const ColumnMetaData& chunk(int i) const {
    return *group_.columns[static_cast<size_t>(i)].meta_data;
  }

  Status Within(int i, const Status& status) const {
    if (status.ok()) return status;
    return pqpack::Within("column " + context_.source_columns.Column(i)->path()->ToDotString(),
                          status);
  }

  const CopyContext& context_;
  const RowGroup& group_;
  const int64_t first_row_;
  OutputFile* output_;
};

}  // namespace

Result<std::vector<int64_t>> CopyRowGroup(const CopyContext& context, const RowGroup& group,
                                          int64_t first_row, OutputFile* output) {
  return RowGroupCopy(context, group, first_row, output).Run();
}

}  // namespace pqpack
