// SPDX-License-Identifier: Apache-2.0
#include "execute/encode_column.h"

#include <arrow/util/key_value_metadata.h>

#include <utility>

#include "execute/page_copy.h"
#include "execute/parquet_call.h"

namespace pqpack {
namespace {

template <typename Column>
Status CopyMetadata(const ColumnMetaData& chunk, Column* column) {
  const auto& pairs = chunk.key_value_metadata;
  if (!pairs || pairs->empty()) return Status::OK();
  auto copy = std::make_shared<arrow::KeyValueMetadata>();
  for (const KeyValue& pair : *pairs) copy->Append(pair.key, pair.value.value_or(""));
  return WriteCall([&] { column->AddKeyValueMetadata(copy); });
}

CursorOptions OptionsFor(const EncodeContext& context, const ChunkToEncode& chunk,
                         int64_t batch_size) {
  CursorOptions options;
  options.batch_size = batch_size;
  options.allow_lossy = context.options.allow_lossy;
  options.rows = chunk.rows;
  options.values = chunk.chunk.num_values;
  options.first_row = chunk.first_row;
  options.stop = context.options.stop;
  options.pool = context.options.pool;
  return options;
}

Result<CloseFn> EncodeByPages(const EncodeContext& context, const ChunkToEncode& chunk,
                              const OutputChunk& out) {
  PQ_ASSIGN(const auto column, OpenPages(out));
  PQ_RETURN_NOT_OK(CopyMetadata(chunk.chunk, column.get()));
  const auto* described = context.source_columns.Column(chunk.column);
  PQ_ASSIGN(auto pages, OpenPages(context.source, chunk.chunk, described));
  PQ_RETURN_NOT_OK(CopyPages(std::move(pages), described,
                             OptionsFor(context, chunk, context.options.batch_size), column.get()));
  return Closing(column);
}

Result<CloseFn> EncodeByValues(const EncodeContext& context, const ChunkToEncode& chunk,
                               const OutputChunk& out) {
  PQ_ASSIGN(const auto column, OpenValuesOf(chunk, out));
  PQ_ASSIGN(const auto cursor, OpenCursor(context, chunk, context.options.batch_size));
  PQ_RETURN_NOT_OK(cursor->Copy(chunk.rows, column.get()));
  PQ_RETURN_NOT_OK(cursor->Finish());
  return Closing(column, out, cursor->moved_nan());
}

}  // namespace

Result<std::shared_ptr<parquet::ColumnWriter>> OpenValuesOf(const ChunkToEncode& chunk,
                                                            const OutputChunk& out) {
  PQ_ASSIGN(auto column, OpenValues(out));
  PQ_RETURN_NOT_OK(CopyMetadata(chunk.chunk, column.get()));
  return column;
}

Result<std::unique_ptr<ColumnCursor>> OpenCursor(const EncodeContext& context,
                                                 const ChunkToEncode& chunk, int64_t batch_size) {
  const auto at = static_cast<size_t>(chunk.column);
  PQ_ASSIGN(auto reader,
            OpenColumn(context.source, chunk.chunk, context.source_columns.Column(chunk.column)));
  return MakeCursor(std::move(reader), *context.leaves[at], OptionsFor(context, chunk, batch_size));
}

Result<CloseFn> EncodeColumn(const EncodeContext& context, const ChunkToEncode& chunk,
                             const OutputChunk& out) {
  const auto at = static_cast<size_t>(chunk.column);
  const bool keeps = KeepsDictionary(chunk.chunk, *context.leaves[at], context.layouts[at],
                                     *context.options.target);
  return keeps ? EncodeByPages(context, chunk, out) : EncodeByValues(context, chunk, out);
}

}  // namespace pqpack
