// SPDX-License-Identifier: Apache-2.0
//
// What a merge would do with the column chunks of its inputs, before it is run: from their footers
// alone, by the same rules as the run (copyable.h, page_trust.h).
//
// Which inputs share an output row group shows only in the run, and one chunk that can't be moved
// makes its column of that row group level 3; pages may tell of more.  Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "execute/merge/merge_files.h"

namespace pqpack {

// Chunks of the inputs that go to one column of the output.
struct ColumnOutlook {
  std::string path;
  int64_t chunks = 0;                // in inputs that have the column
  int64_t by_store = 0;              // of those, level 0
  int64_t copied = 0;                // level 1
  int64_t moved = 0;                 // level 2
  int64_t encoded = 0;               // level 3
  std::vector<std::string> reasons;  // of level 3, each once, in order
  // What becomes of their Bloom filters: "copied", "made anew", "dropped: ..."; empty: they have
  // none.
  std::vector<std::string> filters;
};

struct MergeOutlook {
  std::vector<ColumnOutlook> columns;
  // Why row groups that stay as they are would not be appended by the store, where it might.
  std::vector<Finding> not_by_store;
};

// Errors as MergeFiles().
Result<MergeOutlook> ExplainMerge(std::span<const MergeInput> inputs, const MergeSet& set,
                                  const MergeOptions& options);

}  // namespace pqpack
