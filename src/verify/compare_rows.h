// SPDX-License-Identifier: Apache-2.0
//
// Are the rows of two tables the same, in the same order?  The content proof decodes both
// sides and compares levels and physical values slot by slot, however rows are cut into
// files, row groups and pages on either side.  The structure proof (same_pages.h) spares it
// where column chunks are made of the same pages.
#pragma once

#include <optional>
#include <stop_token>

#include "base/executor.h"
#include "verify/difference.h"
#include "verify/table.h"

namespace pqpack {

enum class Proof {
  kAuto,       // by structure where chunks are made of the same pages, else by content
  kContent,    // every value is decoded
  kStructure,  // pages only (same_pages.h): what is not made of the same pages differs
};

struct CompareOptions {
  Proof proof = Proof::kContent;
  Executor* executor = nullptr;  // borrowed
  int width = 1;                 // threads
  arrow::MemoryPool* pool = nullptr;
  ReadAheadOptions reading;  // of files, as the budget allows
  std::stop_token stop;
};

// Column chunks of the first side that were proven equal, by how.
struct ProofCounts {
  int64_t by_structure = 0;
  int64_t by_content = 0;
};

// The first difference by row, then by column, whatever the threads do; nothing: they are
// the same.  The columns of all files must be the same (compare_schemas.h) and those of
// file 0 of `a` give the order.  Errors, of the first row that can't be read, name file, row
// group and column.
Result<std::optional<Difference>> CompareRows(Table& a, Table& b, const CompareOptions& options,
                                              ProofCounts* counts);

}  // namespace pqpack
