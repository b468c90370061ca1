// SPDX-License-Identifier: Apache-2.0
//
// The content proof of one column: two chunks are decoded and compared slot by slot as far as
// both have rows.  One thread.
#pragma once

#include <memory>
#include <stop_token>

#include "verify/first_finding.h"
#include "verify/slot_cursor.h"

namespace pqpack {

struct CursorPair {
  std::unique_ptr<SlotCursor> a, b;
};

// Goes on where the cursors stand, at the begin of a row on both sides, up to the end of a
// chunk or to a difference, which is added to `findings` under this number of the column.
// Errors are those of reading; `*row` is then where it was, in the table.
Status CompareSlots(CursorPair& cursors, size_t column, std::stop_token stop,
                    FirstFinding* findings, int64_t* row);

}  // namespace pqpack
