// SPDX-License-Identifier: Apache-2.0
//
// A comparison that takes its memory from the budget of the process.
#pragma once

#include <optional>

#include "base/memory_budget.h"
#include "verify/compare_tables.h"

namespace pqpack {

// As CompareTables() with the memory that is usual for such files.  Where pages turn out to be
// larger, or columns more, it begins anew and alone, one column after the other, with the whole of
// the budget.  The caller holds nothing of it.  Of `options`, pool and reading.max_bytes are set
// here. kTooLarge: the budget does not do.
Result<Comparison> CompareWithin(MemoryBudget& budget, const TableFiles& a, const TableFiles& b,
                                 const std::optional<RowHashKey>& unordered,
                                 const CompareOptions& options);

}  // namespace pqpack
