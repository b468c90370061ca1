// SPDX-License-Identifier: Apache-2.0
//
// How much memory rewriting one row group takes, from its footer alone.  Pages
// are not known there: they are taken for what writers usually make.
#pragma once

#include <cstdint>

#include "execute/rewrite.h"
#include "format/footer.h"

namespace pqpack {

// Bytes; each the whole need of its way of working.
struct RowGroupMemory {
  int64_t serial = 0;    // one column after another, pages go out as they fill
  int64_t parallel = 0;  // `width` columns at a time, the encoded row group is held

  // In pieces, all columns open: a part that stays and one that shrinks with the pieces.
  int64_t split_fixed = 0;
  int64_t split_variable = 0;
};

RowGroupMemory MemoryFor(const RowGroup& group, const RewriteOptions& options);

// Rows to write at a time in serial mode; `group.num_rows` where all of them fit
// or where pieces would not help.
int64_t RowsAtATime(const RowGroup& group, const RewriteOptions& options);

}  // namespace pqpack
