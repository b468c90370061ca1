// SPDX-License-Identifier: Apache-2.0
#include "execute/rewrite.h"

#include <fmt/format.h>
#include <parquet/file_writer.h>

#include <utility>

#include "execute/column_cursor.h"
#include "execute/output_gate.h"
#include "execute/output_layout.h"
#include "execute/parquet_call.h"
#include "format/footer.h"

namespace pqpack {
namespace {

class Rewriter {
 public:
  Rewriter(std::shared_ptr<arrow::io::RandomAccessFile> source, const FileMetaData& footer,
           const RewritePlan& plan, std::shared_ptr<arrow::io::OutputStream> sink,
           const RewriteOptions& options)
      : source_(std::move(source)),
        footer_(footer),
        plan_(plan),
        layout_(*plan.layout),
        tree_(layout_.tree),
        leaves_(LeavesOf(tree_)),
        options_(options),
        gate_(std::make_shared<OutputGate>(std::move(sink))) {
    source_columns_.Init(layout_.source_schema);
  }

  ~Rewriter() { gate_->Shut(); }

  Result<RewriteReceipt> Run() {
    PQ_ASSIGN(const auto properties, PropertiesOf(layout_, *options_.target, options_.pool));
    PQ_RETURN_NOT_OK(WriteCall([&] {
      writer_ = parquet::ParquetFileWriter::Open(gate_, layout_.output_schema, properties,
                                                 layout_.key_values);
    }));
    for (size_t i = 0; i < footer_.row_groups.size(); ++i) {
      const Status status = CopyRowGroup(footer_.row_groups[i]);
      if (!status.ok()) return Within(fmt::format("row group {}", i), status);
    }
    PQ_RETURN_NOT_OK(WriteCall([&] { writer_->Close(); }));
    return RewriteReceipt{rows_,         row_groups_,   gate_->written(), plan_.leaf_paths,
                          plan_.repairs, plan_.warnings, row_group_rows_};
  }

 private:
  Status CopyRowGroup(const RowGroup& group) {
    if (group.num_rows == 0) return CheckEmpty(group);
    parquet::RowGroupWriter* out = nullptr;
    PQ_RETURN_NOT_OK(WriteCall([&] { out = writer_->AppendRowGroup(); }));
    for (int i = 0; i < source_columns_.num_columns(); ++i) {
      const Status status = CopyColumn(group, i, out);
      if (!status.ok()) return WithinColumn(i, status);
    }
    PQ_RETURN_NOT_OK(WriteCall([&] { out->Close(); }));
    rows_ += group.num_rows;
    row_group_rows_.push_back(group.num_rows);
    ++row_groups_;
    return Status::OK();
  }

  // A row group that is dropped must have nothing in it.
  Status CheckEmpty(const RowGroup& group) const {
    for (size_t i = 0; i < group.columns.size(); ++i) {
      const auto& chunk = group.columns[i].meta_data;
      if (chunk && chunk->num_values != 0) {
        return WithinColumn(
            static_cast<int>(i),
            Error(ErrorCode::kCorrupt,
                  fmt::format("the footer says 0 rows, but {} values", chunk->num_values)));
      }
    }
    return Status::OK();
  }

  Status CopyColumn(const RowGroup& group, int i, parquet::RowGroupWriter* out) {
    const ColumnMetaData& chunk = *group.columns[i].meta_data;
    PQ_ASSIGN(auto reader,
              OpenColumn(source_, chunk, source_columns_.Column(i), layout_.quirks, options_.pool));
    CursorOptions cursor_options;
    cursor_options.batch_size = options_.batch_size;
    cursor_options.allow_lossy = options_.allow_lossy;
    cursor_options.rows = group.num_rows;
    cursor_options.values = chunk.num_values;
    cursor_options.first_row = rows_;
    cursor_options.stop = options_.stop;
    cursor_options.pool = options_.pool;
    PQ_ASSIGN(const auto cursor, MakeCursor(std::move(reader), *leaves_[i], cursor_options));
    parquet::ColumnWriter* writer = nullptr;
    PQ_RETURN_NOT_OK(WriteCall([&] { writer = out->NextColumn(); }));
    PQ_RETURN_NOT_OK(cursor->Copy(group.num_rows, writer));
    PQ_RETURN_NOT_OK(cursor->Finish());
    return WriteCall([&] { writer->Close(); });
  }

  Status WithinColumn(int i, const Status& status) const {
    return Within("column " + source_columns_.Column(i)->path()->ToDotString(), status);
  }

  const std::shared_ptr<arrow::io::RandomAccessFile> source_;
  const FileMetaData& footer_;
  const RewritePlan& plan_;
  const OutputLayout& layout_;
  SchemaNode tree_;
  const std::vector<SchemaNode*> leaves_;
  const RewriteOptions& options_;
  const std::shared_ptr<OutputGate> gate_;
  parquet::SchemaDescriptor source_columns_;
  std::unique_ptr<parquet::ParquetFileWriter> writer_;
  int64_t rows_ = 0;
  std::vector<int64_t> row_group_rows_;
  int64_t row_groups_ = 0;
};

}  // namespace

Result<RewriteReceipt> Rewrite(std::shared_ptr<arrow::io::RandomAccessFile> source,
                               const FileMetaData& footer, const RewritePlan& plan,
                               std::shared_ptr<arrow::io::OutputStream> sink,
                               const RewriteOptions& options) {
  return Rewriter(std::move(source), footer, plan, std::move(sink), options).Run();
}

}  // namespace pqpack
