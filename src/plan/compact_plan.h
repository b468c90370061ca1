// SPDX-License-Identifier: Apache-2.0
//
// What compact does with a table, decided from names and sizes alone: which files of which
// partition are merged, which are left, and why.  Pure: no I/O, no clock; the same inventory
// gives the same plan.  What needs footers (whether schemas go together, how large outputs
// become) is the task's own business, so a task may give more than one output.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "scan/inventory.h"
#include "store/object_store.h"

namespace pqpack {

struct CompactPolicy {
  int64_t target_file_size = 128 * kMiB;  // of an output, compressed
  double small_file_threshold = 0.75;     // files from this share of the target on are left
};

// What a task has of footers at a time: 64 KiB each, which the budget gives without a look
// (run/task_inputs.h), are the inputs' half of the default --memory-limit.
constexpr size_t kMostInputs = 8192;

// Files that are merged: one worker's work.
struct CompactTask {
  std::vector<ObjectInfo> inputs;  // in key order, two to kMostInputs
  int64_t bytes = 0;               // of the inputs
  int64_t outputs = 0;             // at the most, unless their schemas do not go together
};

struct KeptFile {
  ObjectInfo object;
  std::string reason;  // why it is no input
};

struct PartitionPlan {
  Partition partition;
  std::vector<CompactTask> tasks;  // of inputs in key order; none: the partition stays as it is
  std::vector<KeptFile> kept;      // in key order
  std::string skip_reason;         // why there are no tasks

  int64_t files() const;        // now
  int64_t files_after() const;  // at the most, unless schemas do not go together
  int64_t bytes() const;
  int64_t bytes_to_merge() const;
};

struct CompactPlan {
  CatalogTable table;
  std::vector<PartitionPlan> partitions;  // in the inventory's order
};

// Consumes the inventory, whose objects the plan holds.
CompactPlan MakeCompactPlan(Inventory inventory, const CompactPolicy& policy);

}  // namespace pqpack
