// SPDX-License-Identifier: Apache-2.0
//
// What becomes of runs that died.  Before everything was proven, nobody has seen anything of
// them: they are rolled back.  From then on they are rolled forward.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/events.h"
#include "commit/journal.h"
#include "commit/publish.h"
#include "commit/run_lock.h"

namespace pqpack {

struct RecoveredRun {
  enum Outcome {
    kRolledBack,  // nothing of it was ever visible
    kCompleted,   // all that it had proven is published
    kRemoved,     // it had ended; something was left of it
  };
  std::string run;
  Outcome outcome = kRemoved;
  PublishReport report = {};  // where it was completed
};
std::string_view ToString(RecoveredRun::Outcome outcome);  // "rolled back", "completed", "removed"

// Ends every run below `_pqpack/` of the lock's root but `lock`'s own.  The caller holds the
// lock, so they are dead.  kCorrupt, kUnsupported: a journal that is not understood; that run is
// left as it is.  Other errors: call again.
Result<std::vector<RecoveredRun>> RecoverDeadRuns(RunLock& lock, const PublishContext& context,
                                                  EventSink& events);

// `pqpack recover`: takes the lock of `folder.root` for a run of its own, of which nothing is
// left, and ends the dead ones.  Without any, nothing is written.  kNotFound: no such root;
// kAlreadyExists: a live run is at work.
Result<std::vector<RecoveredRun>> Recover(const RunFolder& folder, const LockOptions& options,
                                          const PublishContext& context, EventSink& events);

// Publishes what the journal's run has proven, cleans up and removes the journal: from
// `publishing` or `cleaning` on.  `recovering`: somebody else, maybe alive, began with it.
Result<PublishReport> RollForward(Journal& journal, const PublishContext& context,
                                  EventSink& events, RunLock& lock, bool recovering);

// From `staging` or `rolling back` on; kInternal from others.
Status RollBack(Journal& journal, const PublishContext& context, EventSink& events, RunLock& lock);

}  // namespace pqpack
