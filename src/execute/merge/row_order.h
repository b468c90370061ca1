// SPDX-License-Identifier: Apache-2.0
//
// What an output row group says of the order of its rows (RowGroup.sorting_columns).
//
//   copied whole      what its source says, as repack does: the same promise about the same rows
//   merged of others  what all of its sources begin with, as far as the merged values bear it out:
//                     nobody has made this promise before
//
// Footers can't prove the second: that ranges of two files follow each other says nothing of the
// rows inside of them, and one lie among many sources would become one about the rows of all.
// So the values are looked at, in the chunks that are held anyway.
//
// Source: parquet.thrift, SortingColumn.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "execute/merge/merge_column.h"
#include "execute/merge/merge_setup.h"
#include "format/row_group.h"

namespace pqpack {

using RowOrder = std::vector<SortingColumn>;

// What a row group of the input at `place` says, by the columns of the output; empty where it says
// nothing, or names a column that is not there.
RowOrder OrderSaid(const MergeSetup& setup, size_t place, const RowGroup& group);

// What all of them begin with.
RowOrder CommonOrder(std::span<const RowOrder> said);

struct ProvenOrder {
  RowOrder by;           // as much of what was asked for, from the first column on, as holds
  std::string_view why;  // not more; empty: all of it
};

// Whether rows of the merged columns, `rows` of them, are in that order.  Zeros of either sign are
// equal; a NaN has no place in any order.  Memory: pages that are decoded one after another, and a
// bit a row where there are several columns.
// kCancelled, and errors of reading what is held.
Result<ProvenOrder> ProveOrder(const MergeSetup& setup, RowOrder by, int64_t rows,
                               std::span<const HeldColumn> columns);

}  // namespace pqpack
