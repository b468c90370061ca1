// SPDX-License-Identifier: Apache-2.0
//
// Do two tables hold the same rows, each as often, in whatever order?  By sums of row hashes
// (row_hash.h), so one pass over each side and flat memory.  A difference can't be placed at a
// row; it names the columns that hold other values.
#pragma once

#include <optional>

#include "verify/compare_rows.h"
#include "verify/difference.h"
#include "verify/row_hash.h"
#include "verify/table.h"

namespace pqpack {

// The columns of all files must be the same and in the same order, which
// Table::SortColumns() gives them.  Errors as of CompareRows().
Result<std::optional<Difference>> CompareRowSets(Table& a, Table& b, const RowHashKey& key,
                                                 const CompareOptions& options,
                                                 ProofCounts* counts);

}  // namespace pqpack
