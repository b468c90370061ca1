// SPDX-License-Identifier: Apache-2.0
//
// Rows of an output that are said to be sorted (RowGroup.sorting_columns) are held against that:
// readers that merge or search by it would lose rows, and nothing else of the output would tell.
//
// Shares no code with what says so.
//
// Source: parquet.thrift, SortingColumn; LogicalTypes.md, the sort order of each type.
#pragma once

#include <optional>
#include <vector>

#include "base/status.h"
#include "format/row_group.h"
#include "verify/output_proof.h"

namespace pqpack {

// Of each row group of an output that has the rows of one source row group, what that says of
// their order, by the columns of the output.  Absent: it says nothing, or has not all of the rows.
using SourceOrders = std::vector<std::optional<std::vector<SortingColumn>>>;

// Of the file in the store each row group that says of its rows more than `sources` do, which are
// taken at their word, must have them in that order: numbers by value, bytes as unsigned ones, null
// where nulls_first says.  Values that are NaN or of a type without order, and values inside of
// lists, are in no order.
// Memory is taken from the budget, of which the caller holds nothing.
//   kMismatch  they are not; row group, column and row are named
// kCancelled, and errors of a file that can't be read.
Status ProveOrders(MemoryBudget& budget, ObjectStore& store, const ObjectInfo& object,
                   const SourceOrders& sources, const OutputProofOptions& options);

}  // namespace pqpack
