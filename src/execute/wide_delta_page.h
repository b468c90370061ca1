// SPDX-License-Identifier: Apache-2.0
//
// A data page whose INT32 values are wide deltas (wide_delta.h), as the same
// page with PLAIN values, which Parquet's library reads.
#pragma once

#include <arrow/memory_pool.h>
#include <parquet/column_page.h>
#include <parquet/schema.h>

#include <memory>

namespace pqpack {

// Throws what Parquet's library throws: it is called from inside of it.
std::shared_ptr<parquet::DataPage> WithPlainValues(const parquet::DataPage& page,
                                                   const parquet::ColumnDescriptor& column,
                                                   arrow::MemoryPool* pool);

}  // namespace pqpack
