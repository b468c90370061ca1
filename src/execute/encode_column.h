// SPDX-License-Identifier: Apache-2.0
//
// One column chunk decoded and encoded anew, whatever file it goes to: one whose chunks are
// all made in this way (copy_row_group.h), or one whose other chunks are copied
// (copy/copy_file.h).
#pragma once

#include <parquet/schema.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "base/status.h"
#include "execute/column_cursor.h"
#include "execute/column_layout.h"
#include "execute/column_source.h"
#include "execute/output_chunk.h"
#include "execute/rewrite.h"
#include "execute/schema_node.h"

namespace pqpack {

// What all chunks of a file share.  Borrowed.
struct EncodeContext {
  ColumnSource& source;
  const parquet::SchemaDescriptor& source_columns;
  const std::vector<SchemaNode*>& leaves;  // as they are written
  const std::vector<ColumnLayout>& layouts;
  const RewriteOptions& options;
};

// A chunk of the source.
struct ChunkToEncode {
  const ColumnMetaData& chunk;
  int column = 0;
  int64_t rows = 0;       // of its row group
  int64_t first_row = 0;  // of its row group, in the file
};

// Moves all values to `out`; what is left to do is to close it, in column order.
// kCorrupt, kUnsupported, kTooLarge, kCancelled as Rewrite().
Result<CloseFn> EncodeColumn(const EncodeContext& context, const ChunkToEncode& chunk,
                             const OutputChunk& out);

// For a chunk whose values go to several row groups.
Result<std::unique_ptr<ColumnCursor>> OpenCursor(const EncodeContext& context,
                                                 const ChunkToEncode& chunk, int64_t batch_size);
Result<std::shared_ptr<parquet::ColumnWriter>> OpenValuesOf(const ChunkToEncode& chunk,
                                                            const OutputChunk& out);

}  // namespace pqpack
