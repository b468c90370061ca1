// SPDX-License-Identifier: Apache-2.0
//
// One row group from source to writer, in the way that fits its memory: columns
// in parallel, one after another, or in several smaller row groups.
#pragma once

#include <cstdint>
#include <vector>

#include "base/status.h"
#include "execute/encode_column.h"
#include "execute/output_file.h"
#include "format/row_group.h"

namespace pqpack {

// Writes all rows of `group`, the file's first of which has the number
// `first_row`, and returns the rows of each row group made of it.  Errors name
// the column.
Result<std::vector<int64_t>> CopyRowGroup(const EncodeContext& context, const RowGroup& group,
                                          int64_t first_row, OutputFile* output);

}  // namespace pqpack
