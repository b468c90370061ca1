// SPDX-License-Identifier: Apache-2.0
//
// The Parquet file that is being written: magic, row groups, page indexes,
// footer.  Only what is finished by its own call gets into it: dropping an
// OutputFile writes nothing more.
#pragma once

#include <arrow/io/interfaces.h>
#include <arrow/util/key_value_metadata.h>
#include <parquet/metadata.h>
#include <parquet/page_index.h>
#include <parquet/properties.h>
#include <parquet/schema.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "base/status.h"
#include "execute/output_chunk.h"

namespace pqpack {

// One thread, but for the writers of its chunks.  After an error it can only be dropped.
class OutputFile {
 public:
  // `sink` is at its start and gets the file front to back; its position must
  // count the bytes written.
  static Result<std::unique_ptr<OutputFile>> Start(
      std::shared_ptr<arrow::io::OutputStream> sink,
      std::shared_ptr<parquet::schema::GroupNode> schema,
      std::shared_ptr<parquet::WriterProperties> properties);

  int num_columns() const { return schema_.num_columns(); }

  Status BeginRowGroup();

  // Where column `i` of this row group goes.
  Result<OutputChunk> Chunk(int i, bool held);

  // In column order, each one once.
  Status CloseColumn(const CloseFn& close);

  // kInternal unless all columns were closed with `rows` rows.
  Status EndRowGroup(int64_t rows);

  // Writes the footer; does not close the sink.
  Status Finish(std::shared_ptr<const arrow::KeyValueMetadata> key_values);

 private:
  OutputFile(std::shared_ptr<arrow::io::OutputStream> sink,
             std::shared_ptr<parquet::WriterProperties> properties)
      : sink_(std::move(sink)), properties_(std::move(properties)) {}

  int16_t Ordinal() const;

  const std::shared_ptr<arrow::io::OutputStream> sink_;
  const std::shared_ptr<parquet::WriterProperties> properties_;
  parquet::SchemaDescriptor schema_;
  std::unique_ptr<parquet::FileMetaDataBuilder> footer_;
  std::unique_ptr<parquet::PageIndexBuilder> page_index_;  // null: none is written

  int64_t row_groups_ = 0;
  parquet::RowGroupMetaDataBuilder* row_group_ = nullptr;
  std::vector<parquet::ColumnChunkMetaDataBuilder*> chunks_;
  std::vector<int64_t> rows_;  // of the columns closed so far
  int64_t plain_bytes_ = 0;
};

}  // namespace pqpack
