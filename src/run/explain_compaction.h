// SPDX-License-Identifier: Apache-2.0
//
// By which level the columns of each task of a plan will be merged, and why
// (execute/merge/explain_merge.h).  Reads footers alone.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/executor.h"
#include "base/status.h"
#include "execute/merge/explain_merge.h"
#include "plan/compact_plan.h"
#include "run/compact_options.h"
#include "store/object_store.h"

namespace pqpack {

// Files of a task that share outputs, or a task whose footers can't be read.
struct ExplainedTask {
  std::string folder;  // of its partition
  int64_t task = 0;    // among all of the plan
  int64_t files = 0;
  int64_t bytes = 0;
  std::string apart;  // why they stay apart from the task's other files; empty: most of them
  Status status;
  MergeOutlook outlook;
};

// One call of `on_task` at a time, in the plan's order.  Of `options` what decides how files are
// merged.  A task's error is its own; kCancelled.
Status ExplainCompaction(const CompactOptions& options, const CompactPlan& plan, ObjectStore& store,
                         Executor& io, const std::function<void(const ExplainedTask&)>& on_task,
                         std::stop_token stop);

}  // namespace pqpack
