// SPDX-License-Identifier: Apache-2.0
//
// What a compaction is asked to do, and the stores that it does it with.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "commit/journal.h"
#include "commit/run_lock.h"
#include "format/types.h"
#include "run/plan_compaction.h"
#include "run/repack.h"
#include "store/object_store.h"
#include "target/target.h"
#include "verify/compare_rows.h"

namespace pqpack {

struct CompactOptions {
  PlanOptions table;
  Uri moved_from;  // kMove: where the table is or, if an earlier run was through with it, was
  PublishMode publish = PublishMode::kCopy;
  // A folder: where outputs go; in place it is not looked at.  Of a swap it is chosen by Compact(),
  // beside the table.
  Uri destination;
  std::string run;  // this run's name, that no other ever had; see MakeRunId()
  // Where a plan is committed, so that `run` is the plan's: a name of this attempt.
  std::string attempt;
  LockOptions lock;
  const Target* target = nullptr;    // never null; see FindTarget()
  std::optional<Codec> compression;  // absent: keep each column's codec
  Engine engine = Engine::kAuto;
  std::optional<Proof> proof = Proof::kAuto;  // absent: none; with kCopy alone
  int workers = 0;                            // 0: min(32, 4 x CPUs)
  int64_t batch_size = 65536;                 // rows decoded at a time
  int64_t memory_limit = kGiB;                // bytes, for all buffers of the process

  // Whole partitions go to `destination`, with what needs no compaction.
  bool elsewhere() const { return publish != PublishMode::kInPlace; }
  bool deletes() const { return publish != PublishMode::kCopy && publish != PublishMode::kSwap; }
  // The catalog leads readers to the destination then.
  bool leads() const { return LeadsCatalog(publish); }
  // What is locked is the destination, and not the table.
  bool locks_destination() const {
    return publish == PublishMode::kCopy || publish == PublishMode::kMove;
  }
};

// Both serve the catalog's locations and the destination.
struct CompactStores {
  ObjectStore& work;
  // What makes it visible, or takes it back.  Must not end by `stop`, which is asked between steps:
  // a run that is stopped removes what it has staged, and its lock.
  ObjectStore& commit;
};

}  // namespace pqpack
