// SPDX-License-Identifier: Apache-2.0
//
// The pages of one column chunk, made of levels and of either indices into a
// dictionary or values in PLAIN.  Parquet's library has ColumnWriter for values; it
// hashes each of them to find the dictionary that the source had already.
//
// Source: Encodings.md; README.md, "Data Pages".
#pragma once

#include <arrow/buffer.h>
#include <arrow/buffer_builder.h>
#include <arrow/util/key_value_metadata.h>
#include <parquet/column_writer.h>
#include <parquet/metadata.h>

#include <cstdint>
#include <memory>
#include <optional>

#include "base/status.h"
#include "execute/hybrid_encoder.h"

namespace pqpack {

// One thread.  After an error it can only be dropped.
class PageEncoder {
 public:
  enum class Values { kIndices, kPlain };

  // `chunk` outlives it.
  PageEncoder(std::unique_ptr<parquet::PageWriter> pages,
              parquet::ColumnChunkMetaDataBuilder* chunk, arrow::MemoryPool* pool);

  // As it is written.
  const parquet::ColumnDescriptor* column() const { return column_; }

  // Before the first Begin().  `values`: `count` of them in PLAIN.
  Status WriteDictionary(std::shared_ptr<arrow::Buffer> values, int32_t count);

  // `levels` more levels, whose values follow as PutIndices() or PutPlain().  Null where
  // the column has no such levels.
  Status Begin(Values values, const int16_t* definition, const int16_t* repetition, int64_t levels);
  // Below the size of the dictionary.
  Status PutIndices(const int32_t* indices, int64_t count);
  // Grow it by the values in PLAIN.
  arrow::BufferBuilder& plain() { return plain_; }
  // Ends the batch, and the page if that is long enough.
  Status End();

  // No more batches come: the last page goes out and what was needed for them is freed.
  Status Finish(std::optional<parquet::EncodedStatistics> statistics);

  void AddKeyValueMetadata(std::shared_ptr<const arrow::KeyValueMetadata> pairs) {
    chunk_->SetKeyValueMetadata(std::move(pairs));
  }
  int64_t rows_written() const { return rows_; }
  // Bytes before compression.  Throws, as the library's ColumnWriter does.
  int64_t Close();

 private:
  Status WritePage();
  Status AppendLevels(std::optional<HybridEncoder>& levels, arrow::BufferBuilder* body);

  const std::unique_ptr<parquet::PageWriter> pages_;
  parquet::ColumnChunkMetaDataBuilder* const chunk_;
  const parquet::ColumnDescriptor* const column_;
  arrow::MemoryPool* const pool_;

  std::optional<HybridEncoder> definition_, repetition_, indices_;
  arrow::BufferBuilder plain_, body_;
  std::shared_ptr<arrow::ResizableBuffer> compressed_;

  Values values_ = Values::kPlain;  // of the page
  int64_t levels_ = 0;              // likewise
  bool dictionary_ = false;
  bool fallback_ = false;  // a page without the dictionary
  int64_t rows_ = 0;
  int64_t plain_bytes_ = 0;
};

}  // namespace pqpack
