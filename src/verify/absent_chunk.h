// SPDX-License-Identifier: Apache-2.0
//
// The slots of a column chunk that is not there, because the file lacks the column: one for each
// row, without a value.
#pragma once

#include <cstdint>
#include <memory>

#include "verify/chunk_reader.h"
#include "verify/table_column.h"

namespace pqpack {

// `column` is as another file has it.
std::unique_ptr<ChunkReader> OpenAbsentChunk(const TableColumn& column, int64_t rows);

}  // namespace pqpack
