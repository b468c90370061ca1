// SPDX-License-Identifier: Apache-2.0
//
// What a compaction publishes, once it is known what came of each task: which files appear in a
// partition, and which originals they stand for.  Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "commit/publish_list.h"
#include "plan/compact_plan.h"
#include "run/compact_options.h"
#include "run/compact_summary.h"
#include "run/merge_task.h"

namespace pqpack {

// Of each task of a plan, in its order; absent: it was not begun.
using TaskOutcomes = std::vector<std::optional<Result<ProvenTask>>>;

struct PublishGroups {
  PublishList list;
  // Each group's, in the plan; the last group may be the table itself, and have none.
  std::vector<size_t> partition_of;
};

// The name of the n-th file that a task's rows are published in.
Uri OutputName(const CompactOptions& options, const Partition& partition, size_t task, size_t n);

// `partitions` are the plan's, in its order.  Those that have a status or a reason to be skipped by
// now are left out; a task that failed gives its partition its error; of all others it is filled in
// what they become.
PublishGroups MakePublishGroups(const CompactPlan& plan, const CompactOptions& options,
                                const TaskOutcomes& outcomes,
                                std::vector<PartitionDone>* partitions);

// `original` was replaced while it was merged: the merged file has the rows that it had, and its
// partition says so.
void MarkChanged(const CompactPlan& plan, const ObjectId& original,
                 std::vector<PartitionDone>* partitions);

}  // namespace pqpack
