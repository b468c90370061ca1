// SPDX-License-Identifier: Apache-2.0
//
// How much memory rewriting one row group takes, from its footer alone.  Pages
// are not known there: they are taken for what writers usually make.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "execute/rewrite.h"
#include "format/footer.h"

namespace pqpack {

// A size or count out of a file, or what is left of it where no file has such a one: what a
// million columns (CompactLimits::elements), each with five times its size, add up to must not
// overflow.
inline int64_t ClaimedSize(int64_t claimed) {
  return std::clamp<int64_t>(claimed, 0, int64_t{1} << 40);
}

// Bytes; each the whole need of its way of working.
struct RowGroupMemory {
  int64_t serial = 0;    // one column after another, pages go out as they fill
  int64_t parallel = 0;  // `width` columns at a time, `window` included
  int64_t window = 0;    // for the columns that are held until those before them are out

  // In pieces, all columns open: a part that stays and one that shrinks with the pieces.
  int64_t split_fixed = 0;
  int64_t split_variable = 0;
};

RowGroupMemory MemoryFor(const RowGroup& group, const RewriteOptions& options);

// What a column that is written in parallel holds until it is out, for each column.
std::vector<int64_t> HeldMemory(const RowGroup& group, const RewriteOptions& options);

// Whether its columns are copied in parallel: where there is more than one thread
// and memory for it.
bool GoesParallel(const RowGroup& group, const RewriteOptions& options);

// Rows to write at a time in serial mode; `group.num_rows` where all of them fit
// or where pieces would not help.
int64_t RowsAtATime(const RowGroup& group, const RewriteOptions& options);

}  // namespace pqpack
