// SPDX-License-Identifier: Apache-2.0
#include "execute/copy_row_group.h"

#include <arrow/util/key_value_metadata.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <string>
#include <utility>

#include "base/executor.h"
#include "execute/column_cursor.h"
#include "execute/memory_estimate.h"
#include "execute/parquet_call.h"

namespace pqpack {
namespace {

// All columns are open at the same time when a row group is split: small batches.
constexpr int64_t kSplitBatch = 4096;

class RowGroupCopy {
 public:
  RowGroupCopy(const CopyContext& context, const RowGroup& group, int64_t first_row,
               parquet::ParquetFileWriter* writer)
      : context_(context), group_(group), first_row_(first_row), writer_(writer) {}

  Result<std::vector<int64_t>> Run() {
    const RewriteOptions& options = context_.options;
    const int64_t rows = RowsAtATime(group_, options);
    const bool whole = rows == group_.num_rows;
    if (whole && options.width > 1 && columns() > 1 &&
        MemoryFor(group_, options).parallel <= options.memory) {
      PQ_RETURN_NOT_OK(InParallel());
    } else if (whole) {
      PQ_RETURN_NOT_OK(OneByOne());
    } else {
      return InPieces(rows);
    }
    return std::vector<int64_t>{group_.num_rows};
  }

 private:
  int columns() const { return context_.source_columns.num_columns(); }

  Status InParallel() {
    parquet::RowGroupWriter* out = nullptr;
    PQ_RETURN_NOT_OK(WriteCall([&] { out = writer_->AppendBufferedRowGroup(); }));
    // The largest first, so that none of them is left over at the end.
    std::vector<int> order(static_cast<size_t>(columns()));
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
      return chunk(a).total_uncompressed_size > chunk(b).total_uncompressed_size;
    });
    PQ_RETURN_NOT_OK(
        context_.options.executor->ForEach(columns(), context_.options.width, [&](int64_t n) {
          const int i = order[static_cast<size_t>(n)];
          return Within(i, CopyColumn(i, out->column(i)));
        }));
    return WriteCall([&] { out->Close(); });
  }

  Status OneByOne() {
    parquet::RowGroupWriter* out = nullptr;
    PQ_RETURN_NOT_OK(WriteCall([&] { out = writer_->AppendRowGroup(); }));
    for (int i = 0; i < columns(); ++i) {
      parquet::ColumnWriter* column = nullptr;
      PQ_RETURN_NOT_OK(WriteCall([&] { column = out->NextColumn(); }));
      PQ_RETURN_NOT_OK(Within(i, CopyColumn(i, column)));
      PQ_RETURN_NOT_OK(Within(i, WriteCall([&] { column->Close(); })));
    }
    return WriteCall([&] { out->Close(); });
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
      PQ_RETURN_NOT_OK(CopyPiece(pieces.back(), cursors));
    }
    for (int i = 0; i < columns(); ++i) {
      PQ_RETURN_NOT_OK(Within(i, cursors[static_cast<size_t>(i)]->Finish()));
    }
    return pieces;
  }

  Status CopyPiece(int64_t rows, const std::vector<std::unique_ptr<ColumnCursor>>& cursors) {
    parquet::RowGroupWriter* out = nullptr;
    PQ_RETURN_NOT_OK(WriteCall([&] { out = writer_->AppendRowGroup(); }));
    for (int i = 0; i < columns(); ++i) {
      parquet::ColumnWriter* column = nullptr;
      PQ_RETURN_NOT_OK(WriteCall([&] { column = out->NextColumn(); }));
      PQ_RETURN_NOT_OK(Within(i, CopyMetadata(i, column)));
      PQ_RETURN_NOT_OK(Within(i, cursors[static_cast<size_t>(i)]->Copy(rows, column)));
      PQ_RETURN_NOT_OK(Within(i, WriteCall([&] { column->Close(); })));
    }
    return WriteCall([&] { out->Close(); });
  }

  Status CopyColumn(int i, parquet::ColumnWriter* column) {
    PQ_RETURN_NOT_OK(CopyMetadata(i, column));
    PQ_ASSIGN(const auto cursor, Open(i, context_.options.batch_size));
    PQ_RETURN_NOT_OK(cursor->Copy(group_.num_rows, column));
    return cursor->Finish();
  }

  Status CopyMetadata(int i, parquet::ColumnWriter* column) {
    const auto& pairs = chunk(i).key_value_metadata;
    if (!pairs || pairs->empty()) return Status::OK();
    auto copy = std::make_shared<arrow::KeyValueMetadata>();
    for (const KeyValue& pair : *pairs) copy->Append(pair.key, pair.value.value_or(""));
    return WriteCall([&] { column->AddKeyValueMetadata(copy); });
  }

  Result<std::unique_ptr<ColumnCursor>> Open(int i, int64_t batch_size) {
    PQ_ASSIGN(auto reader,
              OpenColumn(context_.source, chunk(i), context_.source_columns.Column(i)));
    CursorOptions options;
    options.batch_size = batch_size;
    options.allow_lossy = context_.options.allow_lossy;
    options.rows = group_.num_rows;
    options.values = chunk(i).num_values;
    options.first_row = first_row_;
    options.stop = context_.options.stop;
    options.pool = context_.options.pool;
    return MakeCursor(std::move(reader), *context_.leaves[static_cast<size_t>(i)], options);
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
  parquet::ParquetFileWriter* writer_;
};

}  // namespace

Result<std::vector<int64_t>> CopyRowGroup(const CopyContext& context, const RowGroup& group,
                                          int64_t first_row, parquet::ParquetFileWriter* writer) {
  return RowGroupCopy(context, group, first_row, writer).Run();
}

}  // namespace pqpack
