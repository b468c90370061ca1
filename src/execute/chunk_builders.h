// SPDX-License-Identifier: Apache-2.0
//
// What footer and page indexes say of one column chunk that is encoded, outside of a file of
// the library's: the library's builders take it down, and our own reader of footers reads it
// back.
#pragma once

#include <arrow/io/interfaces.h>
#include <parquet/metadata.h>
#include <parquet/page_index.h>
#include <parquet/properties.h>

#include <memory>
#include <string>

#include "base/status.h"
#include "execute/output_chunk.h"
#include "format/row_group.h"

namespace pqpack {

struct EncodedChunk {
  ColumnChunk chunk;                       // as the footer has it, but for the page index
  std::string column_index, offset_index;  // serialised; empty: none
};

// Outlives the writers that it gives builders to.
class ChunkBuilders {
 public:
  // Column `column` of a schema; borrowed, as the descriptor is.
  Status Make(const std::shared_ptr<parquet::WriterProperties>& properties,
              const parquet::ColumnDescriptor* descriptor, int column);

  OutputChunk Chunk(std::shared_ptr<arrow::io::OutputStream> sink) const;

  // After the chunk's writer was closed.
  Result<EncodedChunk> Built() const;

 private:
  std::shared_ptr<parquet::WriterProperties> properties_;
  int column_ = 0;
  std::unique_ptr<parquet::ColumnChunkMetaDataBuilder> metadata_;
  std::unique_ptr<parquet::ColumnIndexBuilder> column_index_;
  std::unique_ptr<parquet::OffsetIndexBuilder> offset_index_;
};

}  // namespace pqpack
