// SPDX-License-Identifier: Apache-2.0
//
// Whether bytes without a type are text: that shows only in the values, and the
// schema of the output must be known before the first of them is written.
#pragma once

#include <stop_token>

#include "base/status.h"
#include "execute/column_source.h"

namespace pqpack {

// Decodes column `i` (BYTE_ARRAY) of all row groups; true if every value is
// valid UTF-8.
Result<bool> IsUtf8(ColumnSource& source, const FileMetaData& footer, size_t i,
                    const parquet::ColumnDescriptor* column, std::stop_token stop);

}  // namespace pqpack
