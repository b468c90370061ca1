// SPDX-License-Identifier: Apache-2.0
//
// What runs there are below a place, for `pqpack runs`.  Only looks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "commit/journal.h"
#include "commit/run_lock.h"

namespace pqpack {

// Of who holds a lock.  Another machine's process is not seen from here, only what it renewed.
enum class Life {
  kAlive,
  kOverdue,  // not renewed for LockOptions::dead_after: dead, if the clocks agree
  kGone,     // its process has ended
};
std::string_view ToString(Life life);  // "alive", "overdue", "dead"
Life LifeOf(const LockHolder& holder, TimePoint now);

struct FoundRun {
  std::string run;
  std::optional<JournalState> state;  // nullopt: no journal, or one that can't be read
  Status unreadable;                  // why
  std::optional<Uri> kept_at;         // it is a signpost (signpost.h), and the journal is there
  TimePoint modified;                 // of what was written last, by the store's clock
  int64_t files = 0;                  // staged
  int64_t bytes = 0;
  bool locked = false;  // it has the lock: the others are dead
};

// What a swap has left for undo.
struct FoundSwap {
  std::string run;
  std::string table;  // of the catalog
  int64_t places = 0;
  TimePoint modified;
  Status unreadable;  // why there is no more of it
};

struct FoundRuns {
  std::optional<LockHolder> lock;
  std::vector<FoundRun> runs;         // by their beginning
  std::vector<FoundSwap> swaps = {};  // likewise; of FindSwaps()
};

// kNotFound: no such root.  A lock that can't be read is an error.
Result<FoundRuns> FindRuns(ObjectStore& store, const Uri& root);

// What a plan's workers have left, who hold no lock.
struct FoundPlan {
  std::string run;  // that will commit it
  TimePoint modified;
  int64_t receipts = 0;
  int64_t files = 0;  // staged
  int64_t bytes = 0;
};
Result<std::vector<FoundPlan>> FindPlans(ObjectStore& store, const Uri& root);

// Those that `pqpack undo` may undo.
Result<std::vector<FoundSwap>> FindSwaps(ObjectStore& store, const Uri& root);

}  // namespace pqpack
