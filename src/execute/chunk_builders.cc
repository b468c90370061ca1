// SPDX-License-Identifier: Apache-2.0
#include "execute/chunk_builders.h"

#include <arrow/io/memory.h>

#include <functional>
#include <utility>

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

Status ChunkBuilders::Make(const std::shared_ptr<parquet::WriterProperties>& properties,
                           const parquet::ColumnDescriptor* descriptor, int column) {
  properties_ = properties;
  column_ = column;
  return WriteCall([&] {
    metadata_ = parquet::ColumnChunkMetaDataBuilder::Make(properties, descriptor);
    if (!properties->page_index_enabled(descriptor->path())) return;
    column_index_ = parquet::ColumnIndexBuilder::Make(descriptor);
    offset_index_ = parquet::OffsetIndexBuilder::Make();
  });
}

OutputChunk ChunkBuilders::Chunk(std::shared_ptr<arrow::io::OutputStream> sink) const {
  OutputChunk chunk{std::move(sink), properties_, column_, metadata_.get()};
  chunk.column_index = column_index_.get();
  chunk.offset_index = offset_index_.get();
  return chunk;
}

Result<EncodedChunk> ChunkBuilders::Built() const {
  EncodedChunk built;
  PQ_ASSIGN(const std::string bytes, Written([&](auto* to) { metadata_->WriteTo(to); }));
  PQ_ASSIGN(built.chunk, Parsed(bytes));
  if (column_index_ == nullptr) return built;
  PQ_ASSIGN(built.column_index, Written([&](auto* to) { column_index_->WriteTo(to); }));
  PQ_ASSIGN(built.offset_index, Written([&](auto* to) { offset_index_->WriteTo(to); }));
  return built;
}

}  // namespace pqpack
