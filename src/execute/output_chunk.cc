// SPDX-License-Identifier: Apache-2.0
#include "execute/output_chunk.h"

#include <parquet/page_index.h>
#include <parquet/size_statistics.h>
#include <parquet/statistics.h>

#include <optional>
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
Result<ClosedChunk> Close(Column& column) {
  ClosedChunk closed;
  closed.rows = column.rows_written();
  PQ_RETURN_NOT_OK(WriteCall([&] { closed.plain_bytes = column.Close(); }));
  return closed;
}

// The library leaves a column index out where one of its pages has no bounds.  What it says of the
// pages comes as late as Close().
void DropPageBounds(parquet::ColumnIndexBuilder* index) {
  if (index != nullptr) index->AddPage(parquet::EncodedStatistics(), parquet::SizeStatistics());
}

// Of a chunk that was closed.
void DropBounds(parquet::ColumnChunkMetaDataBuilder* metadata) {
  // The library asks who wrote them before it believes statistics.
  const parquet::ApplicationVersion writer(parquet::default_writer_properties()->created_by());
  const auto written = parquet::ColumnChunkMetaData::Make(
      metadata->contents(), metadata->descr(), parquet::default_reader_properties(), &writer);
  const auto said = written->encoded_statistics();
  if (said == nullptr) return;
  parquet::EncodedStatistics kept = *said;
  kept.ClearMinMax();
  kept.is_min_value_exact = kept.is_max_value_exact = std::nullopt;
  metadata->SetStatistics(kept);
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

CloseFn Closing(std::shared_ptr<parquet::ColumnWriter> column, const OutputChunk& chunk,
                bool has_nan) {
  if (!has_nan) return [column = std::move(column)] { return Close(*column); };
  return [column = std::move(column), metadata = chunk.metadata,
          index = chunk.column_index]() -> Result<ClosedChunk> {
    PQ_RETURN_NOT_OK(WriteCall([&] { DropPageBounds(index); }));
    PQ_ASSIGN(const ClosedChunk closed, Close(*column));
    PQ_RETURN_NOT_OK(WriteCall([&] { DropBounds(metadata); }));
    return closed;
  };
}
CloseFn Closing(std::shared_ptr<PageEncoder> column) {
  return [column = std::move(column)] { return Close(*column); };
}

}  // namespace pqpack
