// SPDX-License-Identifier: Apache-2.0
//
// One worker's share of a plan: each of its tasks merged, staged where no reader looks, proven, and
// told by a receipt.  Nothing is published, no lock is taken, and nothing is done twice that has a
// receipt.  Workers may be killed, started again and overlap: who comes second finds the first
// one's receipt, or leaves his own.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <stop_token>
#include <string>

#include "base/events.h"
#include "base/executor.h"
#include "run/plan_file.h"

namespace pqpack {

struct Share {
  int64_t index = 0;
  int64_t count = 1;
};

struct ExecuteOptions {
  CompactOptions compact;  // the plan's, with this machine's workers, memory_limit and batch_size
  Share share;             // tasks whose number is `index` modulo `count`
  std::string attempt;     // of MakeRunId(): keeps apart what two workers stage for one task
};

// What came of one task.
struct TaskDone {
  size_t task = 0;
  std::string folder;  // of its partition
  Status status;
  bool done_before = false;  // by an earlier worker, or one that was faster
  int64_t files = 0;
  int64_t bytes_in = 0;
  int64_t rows = 0;
  int64_t outputs = 0;
  int64_t bytes_out = 0;
};

struct ExecuteSummary {
  std::string table;
  std::string run;
  int64_t tasks = 0;      // of the plan
  int64_t completed = 0;  // of the share, now
  int64_t skipped = 0;    // had been done
  int64_t failed = 0;
  int64_t bytes_in = 0;
  int64_t bytes_out = 0;
  int64_t rows = 0;
  std::map<ErrorCode, int64_t> failed_by_code;
};

// `on_task` is called when all is over, in the order of tasks.  An error is returned only where the
// work as a whole can't go on: credentials, a store that is out of order, kCancelled.  A task fails
// by itself; with kSourceChanged or kNotFound if one of its inputs is not what was planned.
Status ExecutePlan(const PlannedRun& planned, const ExecuteOptions& options, ObjectStore& store,
                   Executor& io, EventSink& events,
                   const std::function<void(const TaskDone&)>& on_task, std::stop_token stop,
                   ExecuteSummary* summary);

}  // namespace pqpack
