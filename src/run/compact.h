// SPDX-License-Identifier: Apache-2.0
//
// compact: the small files of each partition of a table become files of a target size, with the
// same rows.  What readers see changes only after every new file is proven.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/events.h"
#include "base/executor.h"
#include "base/status.h"
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
  Uri destination;  // a folder: where outputs go; in place it is not looked at
  std::string run;  // this run's name, that no other ever had; see MakeRunId()
  LockOptions lock;
  const Target* target = nullptr;    // never null; see FindTarget()
  std::optional<Codec> compression;  // absent: keep each column's codec
  Engine engine = Engine::kAuto;
  std::optional<Proof> proof = Proof::kAuto;  // absent: none; with kCopy alone
  int workers = 0;                            // 0: min(32, 4 x CPUs)
  int64_t batch_size = 65536;                 // rows decoded at a time
  int64_t memory_limit = kGiB;                // bytes, for all buffers of the process
};

// What came of one partition.
struct PartitionDone {
  std::string folder;       // below the table; empty: it has no partitions
  std::string skip_reason;  // why nothing was done
  Status status;            // why not all was done
  int64_t files_before = 0;
  int64_t files_after = 0;
  int64_t bytes_before = 0;
  int64_t bytes_after = 0;
  int64_t rows = 0;           // of the files that were merged
  int64_t bytes_in = 0;       // of these files
  int64_t bytes_out = 0;      // of what they became
  int64_t bytes_decoded = 0;  // of `bytes_in`
  ProofCounts proof;
  std::vector<std::string> outputs;
  std::vector<Finding> warnings;
};

struct CompactSummary {
  std::string table;
  int64_t completed = 0;  // partitions
  int64_t skipped = 0;
  int64_t failed = 0;
  int64_t files_before = 0;  // of all partitions
  int64_t files_after = 0;
  int64_t bytes_before = 0;
  int64_t bytes_after = 0;
  int64_t bytes_in = 0;   // of files that were merged
  int64_t bytes_out = 0;  // of what they became
  int64_t rows = 0;
  int64_t bytes_decoded = 0;
  int64_t deleted = 0;  // originals
  ProofCounts proof;
  std::map<ErrorCode, int64_t> failed_by_code;
};

// Both serve the catalog's locations and the destination.
struct CompactStores {
  ObjectStore& work;
  // What makes it visible, or takes it back.  Must not end by `stop`, which is asked between steps:
  // a run that is stopped removes what it has staged, and its lock.
  ObjectStore& commit;
};

// `on_partition` gets every partition when all is over, one call at a time, in the plan's order.
// An error is returned only where the run as a whole can't go on: a table that is missing or
// refused, credentials, a listing that broke off, another run at work on the same table,
// kCancelled. `summary` is filled in either case.  `events` gets what moves a progress: a file
// there is one of the originals.
Status Compact(const CompactOptions& options, Catalog& catalog, const CompactStores& stores,
               Executor& io, EventSink& events,
               const std::function<void(const PartitionDone&)>& on_partition, std::stop_token stop,
               CompactSummary* summary);

}  // namespace pqpack
