// SPDX-License-Identifier: Apache-2.0
//
// What came of a task of a plan, as an object: how workers tell who commits.  It names the plan by
// its digest, and so the task's inputs with their ETags, and the staged files with theirs; it
// counts for as long as these are there, and hold the rows that were proven.
//
// A local ETag is of size, time and inode, and hours may pass before the commit.  So staged files
// on a disk are named by a digest of their bytes, too, and read again:
// docs/decisions/0012-receipts.md.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "run/merge_task.h"
#include "run/plan_file.h"

namespace pqpack {

struct FoundReceipt {
  std::optional<ObjectId> id;  // absent: there is none
  std::string text;
  // Absent: none that counts; damaged, of another plan, or its staged files are not there any more,
  // or not what was proven.
  // An error: what the task failed with, and would again.
  std::optional<Result<ProvenTask>> outcome;
  Status why;  // it is there and does not count
};

// Whether receipts of files that are staged there have digests.
bool NeedsDigests(const Uri& staged_folder);

// kUnsupported: of a newer version.
Result<FoundReceipt> FindReceipt(ObjectStore& store, const PlannedRun& planned, size_t task);

// Errors that say something of the task, and not of the worker or its network: the commit leaves
// out the task's partition, and needs no other receipt.  kDenied is one of them: it may be the
// worker's own lack of rights, but else a single file that nobody may read would hold up the whole
// plan.
bool IsOfTheTask(const Status& error);

// Several workers may do the same task: one receipt counts.  The first one with a success stays.
// False: that is another's, and what this one has staged is of no use.
Result<bool> LeaveReceipt(ObjectStore& store, const PlannedRun& planned, size_t task,
                          const Result<ProvenTask>& outcome);

}  // namespace pqpack
