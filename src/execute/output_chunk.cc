// SPDX-License-Identifier: Apache-2.0
#include "execute/output_chunk.h"

#include <utility>

#include "execute/parquet_call.h"

namespace pqpack {
namespace {

std::unique_ptr<parquet::PageWriter> PagesOf(const OutputChunk& chunk) {
  const parquet::WriterProperties& properties = *chunk.properties;
  const auto& settings = properties.column_properties(chunk.metadata->descr()->path());
  const auto codec_options = settings.codec_options();
  return parquet::PageWriter::Open(
      chunk.sink, settings.compression(), chunk.metadata, /*row_group_ordinal=*/-1,
      static_cast<int16_t>(chunk.column), properties.memory_pool(), chunk.held,
      /*header_encryptor=*/nullptr, /*data_encryptor=*/nullptr, properties.page_checksum_enabled(),
      chunk.column_index, chunk.offset_index,
      codec_options ? *codec_options : parquet::CodecOptions{});
}

template <typename Column>
CloseFn ClosingAny(std::shared_ptr<Column> column) {
  return [column = std::move(column)]() -> Result<ClosedChunk> {
    ClosedChunk closed;
    closed.rows = column->rows_written();
    PQ_RETURN_NOT_OK(WriteCall([&] { closed.plain_bytes = column->Close(); }));
    return closed;
  };
}

}  // namespace

Result<std::shared_ptr<parquet::ColumnWriter>> OpenValues(const OutputChunk& chunk) {
  std::shared_ptr<parquet::ColumnWriter> column;
  PQ_RETURN_NOT_OK(WriteCall([&] {
    column = parquet::ColumnWriter::Make(chunk.metadata, PagesOf(chunk), chunk.properties.get());
  }));
  return column;
}

Result<std::shared_ptr<PageEncoder>> OpenPages(const OutputChunk& chunk) {
  std::shared_ptr<PageEncoder> column;
  PQ_RETURN_NOT_OK(WriteCall([&] {
    column = std::make_shared<PageEncoder>(PagesOf(chunk), chunk.metadata,
                                           chunk.properties->memory_pool());
  }));
  return column;
}

CloseFn Closing(std::shared_ptr<parquet::ColumnWriter> column) {
  return ClosingAny(std::move(column));
}
CloseFn Closing(std::shared_ptr<PageEncoder> column) { return ClosingAny(std::move(column)); }

}  // namespace pqpack
