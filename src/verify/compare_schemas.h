// SPDX-License-Identifier: Apache-2.0
//
// Whether all files of two tables have the same columns: names, order, types and annotations,
// in canonical form (table_column.h).  Pure.
#pragma once

#include <optional>

#include "verify/difference.h"
#include "verify/table.h"

namespace pqpack {

// The first difference from file 0 of `a`, of any file of either side.  A table without
// files differs from nothing.
std::optional<Difference> CompareSchemas(const Table& a, const Table& b);

}  // namespace pqpack
