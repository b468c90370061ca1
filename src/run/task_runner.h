// SPDX-License-Identifier: Apache-2.0
//
// The tasks of a plan, several at once, under one memory limit: for a whole compaction, and for
// one worker's share of it.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include "base/events.h"
#include "base/executor.h"
#include "base/memory_budget.h"
#include "plan/compact_plan.h"
#include "run/compact_options.h"
#include "run/merge_task.h"
#include "run/workers.h"

namespace pqpack {

// A task of a plan.  Borrowed from it.
struct PlannedTask {
  size_t number = 0;     // among all tasks of the plan, in its order
  size_t partition = 0;  // in the plan
  const CompactTask* task = nullptr;
};

// Staged files of a task are numbered from its own number times this.
constexpr int64_t kMostOutputs = 1'000'000;

// All tasks of a plan: number i is the i-th.
std::vector<PlannedTask> TasksOf(const CompactPlan& plan);

// As the catalog has it.
TableColumns ColumnsOf(const CatalogTable& table);

// Run() by one thread.
class TaskRunner {
 public:
  // All are borrowed.
  TaskRunner(const CompactOptions& options, ObjectStore& store, Executor& io, EventSink& events,
             std::stop_token stop);

  // work(task) for each, on several threads; its error is that task's own.  Ends early, with
  // kCancelled where it was stopped, or with the error that every other task would meet.
  Status Run(std::span<const PlannedTask> tasks,
             const std::function<Status(const PlannedTask&)>& work);

  // For `work`: merges, stages and proves, with as many threads as other tasks leave idle.
  // `digests`: of the staged files are in the receipt.
  Result<ProvenTask> Merge(const CompactTask& task, const TableColumns& columns,
                           const StagedName& staged_name, bool digests);

  // What tasks run on; idle before and after Run().
  Executor& workers() { return workers_; }

 private:
  bool Ending() const { return stop_.stop_requested() || fatal_; }
  void Announce(std::span<const PlannedTask> tasks);
  void RunOne(const PlannedTask& task, const std::function<Status(const PlannedTask&)>& work);
  void Finished(const PlannedTask& task, const Status& status);
  int Width() const;

  const CompactOptions& options_;
  ObjectStore& store_;
  Executor& io_;
  EventSink& events_;
  const std::stop_token stop_;
  std::mutex mutex_;
  Status fatal_error_;
  std::map<size_t, int64_t> left_in_;  // tasks, by their partition
  std::atomic<bool> fatal_ = false;
  std::atomic<int64_t> tasks_left_ = 0;
  MemoryBudget input_budget_;
  MemoryBudget work_budget_;
  Executor workers_;
  Patience patience_;
};

}  // namespace pqpack
