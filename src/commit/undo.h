// SPDX-License-Identifier: Apache-2.0
//
// Leads a catalog back to where a swap had led it away from, place by place, and only where no row
// that readers see now is missing behind that:
//   - the catalog still leads to the new place, which holds what the swap left there and nothing
//     else;
//   - the old place still holds what the swap saw there; what was added to it since is seen again.
// What arrives in the new place meanwhile is copied to the old one.  Files of the new place stay.
// Each step may be done again.
#pragma once

#include <string>
#include <vector>

#include "commit/publish.h"
#include "commit/run_lock.h"
#include "commit/swap_record.h"

namespace pqpack {

struct UndoReport {
  struct Left {
    LocationChange change;  // the swap's
    Status why;
  };
  std::vector<LocationChange> back;  // the swap's changes that are undone
  std::vector<Left> left;            // these are as they were
  int64_t late = 0;                  // files that arrived meanwhile, and are in the old place, too

  Status ToStatus() const;  // kSourceChanged, with the first that is left
};

// `folder`: of a run of its own, at the swap's root; the lock is taken in its name.  The context
// has the catalog of the table.  What is undone goes from the swap's record, and that when all is.
// kNotFound: no such swap; kAlreadyExists: another run is at work, or has died; kConfig: the
// catalog is of another table; kInvalid: a place that is not allowed.  Other errors: call again.
Result<UndoReport> UndoSwap(const RunFolder& folder, const std::string& swap,
                            const LockOptions& lock, const PublishContext& context);

}  // namespace pqpack
