// SPDX-License-Identifier: Apache-2.0
//
// The columns of files that differ from each other, held against those of what they were merged
// into.  Pure.
//
//   - A column of a file must be a column of the result: of that name but for case (ASCII),
//     with the same layers, and the same type or one that holds its values (wider_values.h).
//   - A column of the result must be a column of at least one file, with one declaration in all
//     outputs.
//   - A column of the result that a file lacks is null in all rows of that file, at its outermost
//     layer; an empty list where that can't be null.  A file that has other fields of the same
//     top-level column does not lack it: nothing says then which of its rows have the column.
//
// So no column can be dropped, added or taken for another one.  Where names differ only in case
// within a file, each must be spelled in the result as it is there.
#pragma once

#include <optional>

#include "verify/difference.h"
#include "verify/table.h"

namespace pqpack {

// Gives the files of `*a` the columns of `b`, in b's order.  Or the first difference by file; the
// columns of `*a` are then of no use.
std::optional<Difference> TakeColumnsOf(const Table& b, Table* a);

}  // namespace pqpack
