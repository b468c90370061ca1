// SPDX-License-Identifier: Apache-2.0
//
// Do two tables hold the same rows, in the same order or in any?  Schemas first, then rows.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "store/object_store.h"
#include "verify/compare_rows.h"
#include "verify/difference.h"
#include "verify/file_facts.h"
#include "verify/row_hash.h"

namespace pqpack {

// One side: files in the order of their rows.
struct TableFiles {
  ObjectStore* store = nullptr;  // borrowed
  std::vector<ObjectInfo> objects;
  // Of each object, where that was read before; null, or none at all: the footer is to be read
  // first.  It is read again with the pages and must say the same, else kMismatch: small files are
  // one request so.
  std::vector<std::shared_ptr<const FileFacts>> known = {};
};

struct Comparison {
  std::optional<Difference> difference;  // absent: the same rows
  int64_t rows_a = 0;
  int64_t rows_b = 0;
  ProofCounts proof;
};

// Each side has at least one file.  With `unordered`, a key drawn at random, rows and columns may
// have any order.  With SchemaRule::kMerged, which does not go with that, `b` is what the files of
// `a` were merged into: its rows must be those of a's files, one file behind the other. Errors: a
// file that can't be read, named; kTooLarge where `options.pool` is too small; kCancelled.
Result<Comparison> CompareTables(const TableFiles& a, const TableFiles& b,
                                 const std::optional<RowHashKey>& unordered,
                                 const CompareOptions& options);

// What a comparison holds at the most, in bytes, if pages are as writers usually make them.
struct ComparisonMemory {
  int64_t files = 0;       // windows of files that are open
  int64_t together = 0;    // files beside those: CompareOptions::together
  int64_t pages = 0;       // of the pool
  int64_t open_files = 1;  // at the same time

  int64_t all() const { return files + together + pages; }
};
ComparisonMemory MemoryFor(const TableFiles& a, const TableFiles& b, int width);

}  // namespace pqpack
