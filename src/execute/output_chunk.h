// SPDX-License-Identifier: Apache-2.0
//
// Where one column chunk of an output goes: the pages to the sink, what is taken down of
// them to the library's builders.
#pragma once

#include <arrow/io/interfaces.h>
#include <parquet/column_writer.h>
#include <parquet/metadata.h>
#include <parquet/page_index.h>
#include <parquet/properties.h>

#include <cstdint>
#include <functional>
#include <memory>

#include "base/status.h"
#include "execute/page_encoder.h"

namespace pqpack {

// Borrows the builders, which must outlive its writers.
struct OutputChunk {
  std::shared_ptr<arrow::io::OutputStream> sink;
  std::shared_ptr<parquet::WriterProperties> properties;
  int column = 0;
  parquet::ColumnChunkMetaDataBuilder* metadata = nullptr;
  parquet::ColumnIndexBuilder* column_index = nullptr;  // null: none is written
  parquet::OffsetIndexBuilder* offset_index = nullptr;
  // Keeps the pages back until the writer is closed: then several chunks may be written at
  // the same time, and opened from several threads.
  bool held = false;
};

// The writer of its values, or of its pages.
Result<std::shared_ptr<parquet::ColumnWriter>> OpenValues(const OutputChunk& chunk);
Result<std::shared_ptr<PageEncoder>> OpenPages(const OutputChunk& chunk);

// What a chunk got.
struct ClosedChunk {
  int64_t rows = 0;
  int64_t plain_bytes = 0;  // before compression
};

// Closes a writer whose values are all written; what was held goes to the sink.
using CloseFn = std::function<Result<ClosedChunk>()>;
// `has_nan`: the chunk gets no bounds, neither in its statistics nor in its page index.
CloseFn Closing(std::shared_ptr<parquet::ColumnWriter> column, const OutputChunk& chunk,
                bool has_nan);
CloseFn Closing(std::shared_ptr<PageEncoder> column);

}  // namespace pqpack
