// SPDX-License-Identifier: Apache-2.0
//
// Moves one column chunk from a reader to a writer: levels and values as they
// are on disk, in batches that never span two pages, so that nothing is copied
// in between.  A cursor may feed several row groups one after another.
#pragma once

#include <arrow/memory_pool.h>
#include <parquet/column_reader.h>
#include <parquet/column_writer.h>

#include <cstdint>
#include <memory>
#include <stop_token>

#include "base/status.h"
#include "execute/schema_node.h"

namespace pqpack {

struct CursorOptions {
  int64_t batch_size = 65536;  // levels at a time
  bool allow_lossy = false;
  int64_t rows = 0;       // of the chunk, by the footer
  int64_t values = 0;     // likewise; nulls and empty lists are counted
  int64_t first_row = 0;  // of the chunk in the file, for messages
  std::stop_token stop;
  arrow::MemoryPool* pool = nullptr;
};

// One thread.
class ColumnCursor {
 public:
  virtual ~ColumnCursor() = default;

  // Moves the next `rows` records.  kCorrupt where the pages hold fewer.
  virtual Status Copy(int64_t rows, parquet::ColumnWriter* writer) = 0;

  // The last Copy() moved a NaN (nan_values.h).
  virtual bool moved_nan() const = 0;

  // Moves nothing and checks that nothing is left.
  virtual Status Finish() = 0;
};

// `leaf` is the column as it is written.  Fails with kTooLarge where the batch
// does not fit the pool.
Result<std::unique_ptr<ColumnCursor>> MakeCursor(std::shared_ptr<parquet::ColumnReader> reader,
                                                 const SchemaNode& leaf,
                                                 const CursorOptions& options);

}  // namespace pqpack
