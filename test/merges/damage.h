// SPDX-License-Identifier: Apache-2.0
//
// One thing of a merged table made wrong, which a proof must see.
#pragma once

#include <arrow/table.h>

#include <optional>
#include <string>

#include "one_merge.h"
#include "random_table.h"

namespace pqpack::merges {

// A bit of a page's body turned, in one of the files: of a dictionary's entry, a level, a value or
// an index.  What it was; nothing where no file has a page with a body.  It may be a bit that
// nobody reads.
std::optional<std::string> TurnBit(Random& random, Files* files);

// Two rows of the table in each other's place, or a row's value of one column replaced by that of
// another row, which may be null.  Nothing where the rows that were drawn are equal.
struct Changed {
  std::string what;
  std::shared_ptr<arrow::Table> table;
};
Result<std::optional<Changed>> ChangeRow(Random& random,
                                         const std::shared_ptr<arrow::Table>& table);

}  // namespace pqpack::merges
