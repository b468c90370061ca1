// SPDX-License-Identifier: Apache-2.0
//
// The values of one column chunk as they are on disk: levels and physical values, decoded by
// Parquet's library below Arrow's arrays, so that no type is converted.  What the library
// lets pass is an error here: pages that hold more or fewer values or rows than the
// footer says, pages behind the last one, pages without a value that end a column early.
#pragma once

#include <arrow/memory_pool.h>

#include <cstdint>
#include <memory>
#include <stop_token>
#include <vector>

#include "base/status.h"
#include "format/footer.h"
#include "verify/chunk_stream.h"
#include "verify/table_column.h"

namespace pqpack {

// Slots: one for each value, null and empty list.
struct SlotBatch {
  int64_t slots = 0;
  int64_t values = 0;                   // slots that have one
  const int16_t* definition = nullptr;  // canonical; null where the highest level is 0
  const int16_t* repetition = nullptr;  // likewise
  // bool, int32_t, int64_t, parquet::Int96, float, double, parquet::ByteArray or
  // parquet::FixedLenByteArray, by the column's type.
  const uint8_t* data = nullptr;
};

// By what the writer says of itself.
ReadQuirks QuirksOfWriter(const FileMetaData& footer);

// Bytes of one value in SlotBatch::data.
int64_t ValueSize(PhysicalType type);

// One thread.
class ChunkReader {
 public:
  // What is borrowed must outlive the reader; so must what `source` points at.
  static Result<std::unique_ptr<ChunkReader>> Open(const ChunkSource& source,
                                                   const TableColumn& column,
                                                   arrow::MemoryPool* pool);
  virtual ~ChunkReader() = default;

  // The next slots, at least one, which are valid until the next call; none behind the last
  // one, and then rows and values were as many as the footer says.
  virtual Result<SlotBatch> Next() = 0;
};

}  // namespace pqpack
