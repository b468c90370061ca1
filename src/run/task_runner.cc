// SPDX-License-Identifier: Apache-2.0
#include "run/task_runner.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/caught.h"

namespace pqpack {

std::vector<PlannedTask> TasksOf(const CompactPlan& plan) {
  std::vector<PlannedTask> tasks;
  for (size_t partition = 0; partition < plan.partitions.size(); ++partition) {
    for (const CompactTask& task : plan.partitions[partition].tasks) {
      tasks.push_back({tasks.size(), partition, &task});
    }
  }
  return tasks;
}

TableColumns ColumnsOf(const CatalogTable& table) {
  TableColumns columns;
  for (const Column& column : table.columns) columns.push_back({column.name, column.type});
  return columns;
}

TaskRunner::TaskRunner(const CompactOptions& options, ObjectStore& store, Executor& io,
                       EventSink& events, std::stop_token stop)
    : options_(options),
      store_(store),
      io_(io),
      events_(events),
      stop_(std::move(stop)),
      input_budget_(options.memory_limit / 2),
      work_budget_(options.memory_limit / 2),
      workers_(WorkerCount(options.workers)),
      patience_(workers_.threads()) {}

Status TaskRunner::Run(std::span<const PlannedTask> tasks,
                       const std::function<Status(const PlannedTask&)>& work) {
  Announce(tasks);
  tasks_left_ = static_cast<int64_t>(tasks.size());
  TaskGroup group(&workers_, workers_.threads());
  for (const PlannedTask& task : tasks) {
    if (Ending()) break;
    group.Run([this, &task, &work] { RunOne(task, work); });
  }
  group.Wait();
  PQ_RETURN_NOT_OK(fatal_error_);
  if (stop_.stop_requested()) return Error(ErrorCode::kCancelled, "stopped");
  return Status::OK();
}

void TaskRunner::Announce(std::span<const PlannedTask> tasks) {
  FilesFound found;
  for (const PlannedTask& task : tasks) {
    found.files += static_cast<int64_t>(task.task->inputs.size());
    found.bytes += task.task->bytes;
    ++left_in_[task.partition];
  }
  events_.Emit(found);
  events_.Emit(ListingDone{found.files, found.bytes, static_cast<int64_t>(left_in_.size())});
}

void TaskRunner::RunOne(const PlannedTask& task,
                        const std::function<Status(const PlannedTask&)>& work) {
  if (Ending()) return;
  for (const ObjectInfo& input : task.task->inputs) {
    events_.Emit(FileQueued{input.uri.ToString(), input.size});
  }
  const Status status = Caught([&] { return work(task); });
  --tasks_left_;
  Finished(task, status);
}

Result<ProvenTask> TaskRunner::Merge(const CompactTask& task, const TableColumns& columns,
                                     const StagedName& staged_name, bool digests) {
  const MergeContext context{options_,      columns,      store_, workers_, io_,
                             input_budget_, work_budget_, stop_,  events_,  digests};
  return Caught([&] { return MergeTask(task, staged_name, Width(), context); });
}

// Tasks come first; columns run in parallel only when fewer tasks than CPUs are left.
int TaskRunner::Width() const {
  const int cpus = std::min(workers_.threads(), CpuCount());
  return static_cast<int>(std::max<int64_t>(1, cpus / std::max<int64_t>(1, tasks_left_)));
}

void TaskRunner::Finished(const PlannedTask& task, const Status& status) {
  bool last = false;
  {
    const std::lock_guard lock(mutex_);
    if (status.ok()) {
      patience_.Succeeded();
    } else if (auto fatal = patience_.Failed(status); fatal && !fatal_) {
      fatal_error_ = *std::move(fatal);
      fatal_ = true;
    }
    last = --left_in_[task.partition] == 0;
  }
  for (const ObjectInfo& input : task.task->inputs) {
    const std::string uri = input.uri.ToString();
    if (!status.ok()) {
      events_.Emit(FileFailed{uri, status});
      continue;
    }
    FileDone done;
    done.uri = uri;
    done.bytes_in = input.size;
    events_.Emit(done);
  }
  if (last) events_.Emit(Advanced{.partitions = 1});
}

}  // namespace pqpack
