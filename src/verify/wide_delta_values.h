// SPDX-License-Identifier: Apache-2.0
//
// INT32 pages in DELTA_BINARY_PACKED as arrow-go up to 18.7.0 writes them: deltas of 64
// bits, which may need 33, so that readers that compute in 32 bits refuse them
// (apache/arrow-go#1027).
#pragma once

#include <arrow/memory_pool.h>
#include <parquet/column_page.h>

#include <memory>

#include "verify/table_column.h"

namespace pqpack {

// The same page with PLAIN values.  Throws as Parquet's library does.
std::shared_ptr<parquet::DataPage> WidePageAsPlain(const parquet::DataPage& page,
                                                   const TableColumn& column,
                                                   arrow::MemoryPool* pool);

}  // namespace pqpack
