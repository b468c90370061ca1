// SPDX-License-Identifier: Apache-2.0
//
// Are the rows of two tables the same, in the same order?  The content proof decodes both
// sides and compares levels and physical values slot by slot, however rows are cut into
// files, row groups and pages on either side.  The structure proof (structure_proof.h) spares
// it where columns are made of the same encoded values.
#pragma once

#include <array>
#include <optional>
#include <stop_token>

#include "base/executor.h"
#include "verify/difference.h"
#include "verify/encoded_cursor.h"
#include "verify/table.h"

namespace pqpack {

enum class Proof {
  kAuto,       // by structure where that goes, else by content
  kContent,    // every value is decoded
  kStructure,  // what is not proven by structure differs
};

// What the columns of the files must be like.
enum class SchemaRule {
  kSame,    // the same in all files of both sides (compare_schemas.h)
  kMerged,  // the files of a differ, and those of b have the columns of all of them, with types
            // that hold all values (merged_schema.h)
};

struct CompareOptions {
  SchemaRule schemas = SchemaRule::kSame;
  Proof proof = Proof::kContent;
  Executor* executor = nullptr;  // borrowed
  int width = 1;                 // threads
  arrow::MemoryPool* pool = nullptr;
  ReadAheadOptions reading;           // of files, as the budget allows
  int64_t together = kTogetherBytes;  // bytes of files through which columns go before they wait
  std::stop_token stop;
};

// Column chunks of the first side that were proven equal, and the bytes of their pages, by how.
struct ProofCounts {
  int64_t by_structure = 0;
  int64_t by_content = 0;
  std::array<int64_t, kPageProofs> page_bytes{};  // of those by structure, by PageProof
  int64_t content_bytes = 0;

  int64_t bytes(PageProof proof) const { return page_bytes[static_cast<size_t>(proof)]; }
  ProofCounts& operator+=(const ProofCounts& other);
};

// The first difference by row, then by column, whatever the threads do; nothing: they are
// the same.  The columns of all files must be the same, or those of the files of `a` have been made
// to go with b's, and those of file 0 of `b` give the order: see SchemaRule.  Columns that
// are absent or of another type on one side are proven by content only.  Errors, of the
// first row that can't be read, name file, row group and column.
Result<std::optional<Difference>> CompareRows(Table& a, Table& b, const CompareOptions& options,
                                              ProofCounts* counts);

}  // namespace pqpack
