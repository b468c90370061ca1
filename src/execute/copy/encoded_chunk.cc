// SPDX-License-Identifier: Apache-2.0
//
// The library's builders need no file around them: what they took down of a chunk they
// serialise, and our own reader of footers reads it back.
#include "execute/copy/encoded_chunk.h"

#include <arrow/io/memory.h>
#include <fmt/format.h>

#include <functional>

#include "execute/parquet_call.h"
#include "format/compact_reader.h"

namespace pqpack {
namespace {

Result<std::string> Written(const std::function<void(arrow::io::OutputStream*)>& write) {
  PQ_ASSIGN(const auto stream, arrow::io::BufferOutputStream::Create());
  PQ_RETURN_NOT_OK(WriteCall([&] { write(stream.get()); }));
  PQ_ASSIGN(const auto bytes, stream->Finish());
  return bytes->ToString();
}

Result<ColumnChunk> Parsed(const std::string& bytes) {
  CompactReader in(AsBytes(bytes), "column chunk");
  ColumnChunk chunk;
  ReadStruct(in, &chunk);
  PQ_RETURN_NOT_OK(in.status());
  return chunk;
}

}  // namespace

Result<EncodedChunk> EncodeChunk(const EncodeSetup& setup, const ChunkToEncode& chunk,
                                 const std::shared_ptr<arrow::io::OutputStream>& sink) {
  std::unique_ptr<parquet::ColumnChunkMetaDataBuilder> metadata;
  std::unique_ptr<parquet::ColumnIndexBuilder> column_index;
  std::unique_ptr<parquet::OffsetIndexBuilder> offset_index;
  PQ_RETURN_NOT_OK(WriteCall([&] {
    const auto* column = setup.columns().Column(chunk.column);
    metadata = parquet::ColumnChunkMetaDataBuilder::Make(setup.properties(), column);
    if (!setup.properties()->page_index_enabled(column->path())) return;
    column_index = parquet::ColumnIndexBuilder::Make(column);
    offset_index = parquet::OffsetIndexBuilder::Make();
  }));
  OutputChunk out{sink, setup.properties(), chunk.column, metadata.get()};
  out.column_index = column_index.get();
  out.offset_index = offset_index.get();
  PQ_ASSIGN(const CloseFn close, EncodeColumn(setup.context(), chunk, out));
  PQ_ASSIGN(const ClosedChunk closed, close());
  if (closed.rows != chunk.rows) {
    return Error(ErrorCode::kInternal,
                 fmt::format("{} rows of {} were written", closed.rows, chunk.rows));
  }
  EncodedChunk encoded;
  PQ_ASSIGN(const std::string bytes, Written([&](auto* to) { metadata->WriteTo(to); }));
  PQ_ASSIGN(encoded.chunk, Parsed(bytes));
  if (column_index == nullptr) return encoded;
  PQ_ASSIGN(encoded.column_index, Written([&](auto* to) { column_index->WriteTo(to); }));
  PQ_ASSIGN(encoded.offset_index, Written([&](auto* to) { offset_index->WriteTo(to); }));
  return encoded;
}

}  // namespace pqpack
