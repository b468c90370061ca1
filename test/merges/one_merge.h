// SPDX-License-Identifier: Apache-2.0
//
// Files become few in memory, and what is said of the result by who did not make it.
#pragma once

#include <arrow/table.h>

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/status.h"
#include "execute/merge/merge_files.h"
#include "random_file.h"
#include "random_table.h"

namespace pqpack::merges {

using Files = std::vector<BufferPtr>;

// Any target, sizes and codec.
MergeOptions AnyOptions(Random& random);

struct Merged {
  Files outputs;
  std::array<int64_t, 4> chunks{};  // column chunks of the outputs, by level
};

// The files share a schema as RandomTable makes it, so they make one set.  Each output has passed
// the check that compact makes of it while it is written.  An error is one of the merge, or what
// the check found.
Result<Merged> Merge(const Files& files, const MergeOptions& options);

// The rows of all files as Arrow's reader has them, in their order (RandomTable::Loose()).
Result<std::shared_ptr<arrow::Table>> RowsOf(const RandomTable& table, const Files& files);

bool SameRows(const arrow::Table& a, const arrow::Table& b);

// What compact asks before it publishes: whether `after` has the rows of `before`.
struct Proven {
  bool same = false;
  std::string text;          // why not
  int64_t by_structure = 0;  // column chunks
  int64_t by_content = 0;
};
Proven Prove(const Files& before, const Files& after);

// What `diagnose --deep` finds in a file that some reader gets wrong: bounds, indexes and Bloom
// filters that its values contradict among it.  Empty: nothing.
std::string FaultsOf(const BufferPtr& file);

}  // namespace pqpack::merges
