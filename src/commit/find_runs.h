// SPDX-License-Identifier: Apache-2.0
//
// What runs there are below a place, for `pqpack runs`.  Only looks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "commit/journal.h"
#include "commit/run_lock.h"

namespace pqpack {

struct FoundRun {
  std::string run;
  std::optional<JournalState> state;  // nullopt: no journal, or one that can't be read
  Status unreadable;                  // why
  TimePoint modified;                 // of what was written last, by the store's clock
  int64_t files = 0;                  // staged
  int64_t bytes = 0;
};

struct FoundRuns {
  std::optional<LockHolder> lock;
  std::vector<FoundRun> runs;  // by their beginning
};

// kNotFound: no such root.  A lock that can't be read is an error.
Result<FoundRuns> FindRuns(ObjectStore& store, const Uri& root);

}  // namespace pqpack
