// SPDX-License-Identifier: Apache-2.0
#include "execute/merge/merge_column.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "execute/chunk_builders.h"
#include "execute/column_cursor.h"
#include "execute/parquet_call.h"

namespace pqpack {
namespace {

// A null at the top takes level 0 of both kinds, whatever is below.
template <typename DType>
void WriteNullBatch(int64_t rows, const int16_t* levels, parquet::ColumnWriter* column) {
  auto* typed = static_cast<parquet::TypedColumnWriter<DType>*>(column);
  typed->WriteBatch(rows, levels, levels, nullptr);
}

void WriteNullBatch(int64_t rows, const int16_t* levels, parquet::ColumnWriter* column) {
  switch (column->type()) {
    case parquet::Type::BOOLEAN:
      return WriteNullBatch<parquet::BooleanType>(rows, levels, column);
    case parquet::Type::INT32:
      return WriteNullBatch<parquet::Int32Type>(rows, levels, column);
    case parquet::Type::INT64:
      return WriteNullBatch<parquet::Int64Type>(rows, levels, column);
    case parquet::Type::INT96:
      return WriteNullBatch<parquet::Int96Type>(rows, levels, column);
    case parquet::Type::FLOAT:
      return WriteNullBatch<parquet::FloatType>(rows, levels, column);
    case parquet::Type::DOUBLE:
      return WriteNullBatch<parquet::DoubleType>(rows, levels, column);
    case parquet::Type::BYTE_ARRAY:
      return WriteNullBatch<parquet::ByteArrayType>(rows, levels, column);
    default:
      return WriteNullBatch<parquet::FLBAType>(rows, levels, column);
  }
}

class ColumnMerge {
 public:
  ColumnMerge(const MergeSetup& setup, size_t leaf) : setup_(setup), leaf_(leaf) {}

  Result<HeldColumn> Run(std::span<const OpenSource> sources) {
    PQ_RETURN_NOT_OK(
        builders_.Make(setup_.properties(), setup_.column(leaf_), static_cast<int>(leaf_)));
    const auto bytes = std::make_shared<HeldBytes>(setup_.pool());
    const OutputChunk chunk = builders_.Chunk(bytes);
    PQ_ASSIGN(column_, OpenValues(chunk));
    int64_t rows = 0;
    for (const OpenSource& source : sources) {
      const Status status = Append(source);
      if (!status.ok()) {
        return WithinSource(setup_, source, Within("column " + setup_.PathOf(leaf_), status));
      }
      rows += source.group->num_rows;
    }
    PQ_ASSIGN(const ClosedChunk closed, Closing(column_, chunk, has_nan_)());
    if (closed.rows != rows) {
      return Error(ErrorCode::kInternal,
                   fmt::format("{} rows of {} were written", closed.rows, rows));
    }
    return Held(bytes);
  }

 private:
  Status Append(const OpenSource& source) {
    const int at = (*setup_.ShapeOf(source.place).column_of)[leaf_];
    if (at < 0) return AppendNulls(source.group->num_rows);
    const EncodeContext context = setup_.ContextOf(source.place, *source.file);
    const ChunkToEncode chunk{*source.group->columns[static_cast<size_t>(at)].meta_data, at,
                              source.group->num_rows, source.first_row};
    PQ_ASSIGN(const auto cursor, OpenCursor(context, chunk, setup_.encode().batch_size));
    PQ_RETURN_NOT_OK(cursor->Copy(chunk.rows, column_.get()));
    has_nan_ |= cursor->moved_nan();
    return cursor->Finish();
  }

  Status AppendNulls(int64_t rows) {
    constexpr int64_t kBatch = 65536;
    const std::vector<int16_t> levels(static_cast<size_t>(std::min(rows, kBatch)), 0);
    for (; rows > 0; rows -= kBatch) {
      if (setup_.encode().stop.stop_requested()) return Error(ErrorCode::kCancelled, "stopped");
      PQ_RETURN_NOT_OK(
          WriteCall([&] { WriteNullBatch(std::min(rows, kBatch), levels.data(), column_.get()); }));
    }
    return Status::OK();
  }

  Result<HeldColumn> Held(std::shared_ptr<HeldBytes> bytes) const {
    PQ_ASSIGN(EncodedChunk built, builders_.Built());
    HeldColumn held;
    held.chunk = std::move(built.chunk);
    held.column_index = std::move(built.column_index);
    if (!built.offset_index.empty()) {
      PQ_ASSIGN(auto index, ParseOffsetIndex(AsBytes(built.offset_index)));
      held.offset_index = std::make_unique<OffsetIndex>(std::move(index));
    }
    held.bytes = std::move(bytes);
    return held;
  }

  const MergeSetup& setup_;
  const size_t leaf_;
  ChunkBuilders builders_;
  std::shared_ptr<parquet::ColumnWriter> column_;
  bool has_nan_ = false;
};

}  // namespace

Status WithinSource(const MergeSetup& setup, const OpenSource& source, const Status& status) {
  if (status.ok()) return status;
  return Within(setup.input(source.place).name,
                Within(fmt::format("row group {}", source.row_group), status));
}

Result<HeldColumn> EncodeMerged(const MergeSetup& setup, size_t leaf,
                                std::span<const OpenSource> sources) {
  return ColumnMerge(setup, leaf).Run(sources);
}

}  // namespace pqpack
