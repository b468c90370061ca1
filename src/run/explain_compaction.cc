// SPDX-License-Identifier: Apache-2.0
#include "run/explain_compaction.h"

#include <algorithm>
#include <utility>

#include "base/caught.h"
#include "run/merge_task.h"
#include "run/task_inputs.h"
#include "run/task_runner.h"

namespace pqpack {
namespace {

class TaskExplainer {
 public:
  TaskExplainer(const CompactOptions& options, const TableColumns& columns, ObjectStore& store,
                Executor& io, const std::function<void(const ExplainedTask&)>& on_task,
                const std::stop_token& stop)
      : options_(options),
        columns_(columns),
        store_(store),
        io_(io),
        on_task_(on_task),
        stop_(stop),
        merge_(MergeOptionsOf(options)),
        work_memory_(options.memory_limit / 2) {}

  // kCancelled is the caller's; any other error is told.
  Status Explain(ExplainedTask about, const CompactTask& task) {
    about.files = static_cast<int64_t>(task.inputs.size());
    about.bytes = task.bytes;
    about.status = Caught([&] { return ExplainSets(about, task); });
    if (about.status.ok()) return Status::OK();
    if (CodeOf(about.status) == ErrorCode::kCancelled) return about.status;
    on_task_(about);
    return Status::OK();
  }

 private:
  Status ExplainSets(const ExplainedTask& about, const CompactTask& task) {
    PQ_ASSIGN(const auto inputs, TaskInputs::ReadFootersOf(task, store_, io_, stop_));
    std::vector<const FileMetaData*> footers;
    for (const MergeInput& input : inputs->inputs()) footers.push_back(input.footer);
    PQ_ASSIGN(const auto sets, GroupInputs(footers, columns_, *merge_.encode.target));
    std::vector<ExplainedTask> explained;
    for (const MergeSet& set : sets) {
      ExplainedTask& part = explained.emplace_back(about);
      part.apart = set.reason;
      part.files = static_cast<int64_t>(set.inputs.size());
      part.bytes = 0;
      for (const int input : set.inputs) part.bytes += task.inputs[static_cast<size_t>(input)].size;
      PQ_ASSIGN(part.outlook, ExplainMerge(inputs->inputs(), set, OptionsFor(task, *inputs, set)));
    }
    for (const ExplainedTask& part : explained) on_task_(part);
    return Status::OK();
  }

  // With the memory that the run would give it, by which row groups are cut.
  MergeOptions OptionsFor(const CompactTask& task, const TaskInputs& inputs,
                          const MergeSet& set) const {
    MergeOptions options = merge_;
    options.by_store_from = ByStoreFrom(task, options_);
    options.encode.memory = work_memory_;
    const int64_t writer = store_.WriterMemory(options.target_file_size);
    const int64_t wanted = MergeMemory(inputs.inputs(), set, options) + writer;
    options.encode.memory = MergeShare(std::min(wanted, work_memory_), writer);
    return options;
  }

  const CompactOptions& options_;
  const TableColumns& columns_;
  ObjectStore& store_;
  Executor& io_;
  const std::function<void(const ExplainedTask&)>& on_task_;
  const std::stop_token& stop_;
  const MergeOptions merge_;
  const int64_t work_memory_;
};

}  // namespace

Status ExplainCompaction(const CompactOptions& options, const CompactPlan& plan, ObjectStore& store,
                         Executor& io, const std::function<void(const ExplainedTask&)>& on_task,
                         std::stop_token stop) {
  const TableColumns columns = ColumnsOf(plan.table);
  TaskExplainer explainer(options, columns, store, io, on_task, stop);
  for (const PlannedTask& planned : TasksOf(plan)) {
    if (stop.stop_requested()) return Error(ErrorCode::kCancelled, "stopped");
    ExplainedTask about;
    about.folder = plan.partitions[planned.partition].partition.folder;
    about.task = static_cast<int64_t>(planned.number);
    PQ_RETURN_NOT_OK(explainer.Explain(std::move(about), *planned.task));
  }
  return Status::OK();
}

}  // namespace pqpack
