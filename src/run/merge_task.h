// SPDX-License-Identifier: Apache-2.0
//
// The way of one task through compact: the footers of its inputs, the merged files, staged where
// no reader looks, and the proof that these hold the same rows.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/events.h"
#include "base/executor.h"
#include "base/memory_budget.h"
#include "base/status.h"
#include "execute/merge/group_inputs.h"
#include "execute/merge/merge_files.h"
#include "plan/compact_plan.h"
#include "run/compact_options.h"
#include "run/level_bytes.h"
#include "run/staged_writer.h"
#include "store/object_store.h"
#include "verify/compare_rows.h"

namespace pqpack {

// What the tasks of a run share.  Borrowed, thread-safe.
struct MergeContext {
  const CompactOptions& options;
  const TableColumns& columns;  // of the table, where the catalog knows them
  ObjectStore& store;
  Executor& workers;  // decoding and encoding
  Executor& io;       // fetching
  // A task takes its footers from the first and then, in one piece, its work from the second, as
  // a file of repack does (run/repack_file.h).
  MemoryBudget& input_budget;
  MemoryBudget& work_budget;
  std::stop_token stop;
  EventSink& events;     // how far it is
  bool digests = false;  // of staged files, for who looks at them later
};

// What a task made.
struct TaskReceipt {
  std::vector<StagedOutput> staged;  // in the order of their rows
  int64_t rows = 0;
  int64_t bytes_decoded = 0;  // of the inputs' compressed ones
  std::vector<Finding> warnings;
  ProofCounts proof;
  LevelBytes bytes_by_level{};
  double merge_seconds = 0;
  double proof_seconds = 0;
};

// A receipt whose staged files were read again and hold the rows of the task's inputs, unless the
// options want no proof: what may be published.  Made by MergeTask() alone, maybe by that of
// another process, which has left it as an object (receipt.h).
class ProvenTask {
 public:
  const TaskReceipt& receipt() const { return receipt_; }

 private:
  friend class TaskMerger;
  friend class ReceiptParser;
  explicit ProvenTask(TaskReceipt receipt) : receipt_(std::move(receipt)) {}
  TaskReceipt receipt_;
};

// How files are merged, without what is about one process: memory, threads, being stopped.
MergeOptions MergeOptionsOf(const CompactOptions& compact);

// Compressed bytes of a row group of the task's from which on the store appends it to the output,
// by which it is served, too; 0: none is to.
int64_t ByStoreFrom(const CompactTask& task, const CompactOptions& options);

// What a merge may hold of what was reserved for it and its writer: as much as
// RewriteOptions::memory says, by which row groups are cut.
int64_t MergeShare(int64_t reserved, int64_t writer_memory);

// The name of the n-th file that a task stages.
using StagedName = std::function<Uri(size_t n)>;

// Merges, stages and proves.  `width`: columns in parallel.
//   kMismatch     an output is not what its inputs are
//   kCorrupt, kUnsupported, kTooLarge   an input, named
// Staged files of a task that failed are left to who cleans up the run.
Result<ProvenTask> MergeTask(const CompactTask& task, const StagedName& staged_name, int width,
                             const MergeContext& context);

}  // namespace pqpack
