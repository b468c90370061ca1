// SPDX-License-Identifier: Apache-2.0
//
// A worker holds no lock, so the plan may be committed, or given up, and its folder removed, while
// he is at work.  That goes by the mark `begun.json`: it is removed before the folder is listed.  A
// worker looks for it behind his receipt.  If it is there, whoever removes it lists the folder
// later, and finds receipt and staged files; if it is gone, the worker removes his own.
#include "run/execute_plan.h"

#include <utility>
#include <vector>

#include "commit/clean.h"
#include "commit/record.h"
#include "run/receipt.h"
#include "run/task_runner.h"

namespace pqpack {
namespace {

constexpr std::string_view kBegunKind = "pqpack plan at work";

class PlanExecution {
 public:
  PlanExecution(const PlannedRun& planned, const ExecuteOptions& options, ObjectStore& store,
                Executor& io, EventSink& events, std::stop_token stop)
      : planned_(planned),
        options_(options),
        folder_(planned.folder()),
        store_(store),
        columns_(ColumnsOf(planned.plan.table)),
        runner_(options.compact, store, io, events, std::move(stop)) {}

  Status Run() {
    PQ_RETURN_NOT_OK(CheckNotCommitting());
    PQ_RETURN_NOT_OK(CheckTable());
    std::vector<PlannedTask> tasks = TasksOf(planned_.plan);
    std::erase_if(tasks, [&](const PlannedTask& task) {
      return static_cast<int64_t>(task.number) % options_.share.count != options_.share.index;
    });
    if (tasks.empty()) return Status::OK();
    done_.resize(tasks.size());
    for (size_t i = 0; i < tasks.size(); ++i) done_[i] = Begun(tasks[i]);
    PQ_RETURN_NOT_OK(MarkBegun());
    const Status ended = runner_.Run(tasks, [&](const PlannedTask& task) {
      const size_t place = task.number / static_cast<size_t>(options_.share.count);
      return done_[place].status = Work(task, &done_[place]);
    });
    RemoveEmptyPlanFolders(folder_);  // of a worker who was late
    return ended;
  }

  const std::vector<TaskDone>& done() const { return done_; }

 private:
  TaskDone Begun(const PlannedTask& task) const {
    TaskDone done;
    done.task = task.number;
    done.folder = planned_.plan.partitions[task.partition].partition.folder;
    done.status = Error(ErrorCode::kCancelled, "not begun");
    done.files = static_cast<int64_t>(task.task->inputs.size());
    done.bytes_in = task.task->bytes;
    return done;
  }

  // Its inputs may be gone, and nothing more is needed.
  Status CheckNotCommitting() {
    PQ_ASSIGN(const auto journal, LookUp(store_, folder_.journal()));
    if (!journal) return Status::OK();
    return Error(ErrorCode::kSourceChanged,
                 planned_.plan.table.name + ": a commit of the plan is at work, or has died",
                 "Run pqpack commit: it completes what has begun, or says what is missing.");
  }

  // To mark that work has begun would make its folder anew.
  Status CheckTable() {
    if (planned_.glue != GlueTableRef()) return Status::OK();  // its partitions may lie anywhere
    const Uri& table = planned_.plan.table.location;
    auto listing = store_.List(table);
    if (CodeOf(listing.status()) != ErrorCode::kNotFound) {
      PQ_RETURN_NOT_OK(listing.status());
      PQ_ASSIGN(const auto page, (*listing)->Next());
      if (!page.empty()) return Status::OK();
    }
    return Error(ErrorCode::kSourceChanged,
                 table.ToString() + ": the table is not there any more as it was planned",
                 "Make a new plan where it is now. Nothing was changed.");
  }

  Status MarkBegun() {
    Record record = NewRecord(kBegunKind);
    record["plan_sha256"] = planned_.digest;
    const Status marked =
        WriteText(store_, folder_.plan_begun(), ToLine(record), {WriteCondition::kIfAbsent, {}})
            .status();
    return CodeOf(marked) == ErrorCode::kAlreadyExists ? Status::OK() : marked;
  }

  Status Work(const PlannedTask& task, TaskDone* done) {
    PQ_ASSIGN(const FoundReceipt found, FindReceipt(store_, planned_, task.number));
    if (found.outcome && found.outcome->ok()) {
      PQ_RETURN_NOT_OK(LookAtInputs(*task.task));
      Count(**found.outcome, /*before=*/true, done);
      return Status::OK();
    }
    std::vector<Uri> staged;
    const auto name = [&](size_t n) {
      return staged.emplace_back(folder_.plan_staged(
          static_cast<int64_t>(task.number * kMostOutputs + n), options_.attempt));
    };
    const auto outcome =
        runner_.Merge(*task.task, columns_, name, NeedsDigests(folder_.plan_staged_folder()));
    if (!outcome.ok() && !IsOfTheTask(outcome.status())) {
      Remove(staged);
      return outcome.status();
    }
    if (CodeOf(outcome.status()) == ErrorCode::kNotFound) {
      // So may the table, and the place of receipts, by now: they are not made anew.
      PQ_ASSIGN(const auto begun, LookUp(store_, folder_.plan_begun()));
      if (!begun) {
        Remove(staged);
        return Ended(task.number);
      }
    }
    // After an error it is not known whether the receipt is there: what it names stays.
    PQ_ASSIGN(const bool ours, LeaveReceipt(store_, planned_, task.number, outcome));
    if (!ours || !outcome.ok()) Remove(staged);
    if (!ours) return TakeTheirs(task.number, done);
    PQ_ASSIGN(const auto begun, LookUp(store_, folder_.plan_begun()));
    if (!begun) return TakeBack(task.number, staged);
    PQ_RETURN_NOT_OK(outcome.status());
    Count(*outcome, /*before=*/false, done);
    return Status::OK();
  }

  Status LookAtInputs(const CompactTask& task) {
    for (const ObjectInfo& input : task.inputs) {
      PQ_ASSIGN(const auto found, LookUp(store_, input.uri));
      if (found && found->etag == input.etag) continue;
      return Error(found ? ErrorCode::kSourceChanged : ErrorCode::kNotFound,
                   input.uri.ToString() + (found ? " was replaced" : " was deleted") +
                       " since it was merged",
                   "The commit will leave its partition out. Make a new plan for it.");
    }
    return Status::OK();
  }

  Status TakeTheirs(size_t task, TaskDone* done) {
    PQ_ASSIGN(const FoundReceipt found, FindReceipt(store_, planned_, task));
    if (!found.outcome || !found.outcome->ok()) return Ended(task);
    Count(**found.outcome, /*before=*/true, done);
    return Status::OK();
  }

  Status TakeBack(size_t task, const std::vector<Uri>& staged) {
    PQ_ASSIGN(const FoundReceipt found, FindReceipt(store_, planned_, task));
    if (found.id) PQ_RETURN_NOT_OK(store_.Delete(*found.id));
    Remove(staged);
    return Ended(task);
  }

  Status Ended(size_t task) const {
    return Error(ErrorCode::kSourceChanged,
                 folder_.plan_receipt(static_cast<int64_t>(task)).ToString() +
                     ": the plan was committed, or given up, meanwhile",
                 "Nothing is left to do for it.");
  }

  static void Count(const ProvenTask& proven, bool before, TaskDone* done) {
    const TaskReceipt& receipt = proven.receipt();
    done->done_before = before;
    done->rows = receipt.rows;
    done->outputs = static_cast<int64_t>(receipt.staged.size());
    for (const StagedOutput& file : receipt.staged) done->bytes_out += file.object.size;
  }

  // As far as it goes: the commit removes all that is there.
  void Remove(const std::vector<Uri>& staged) {
    for (const Uri& uri : staged) {
      const auto found = LookUp(store_, uri);
      if (found.ok() && *found) (void)store_.Delete((*found)->id());
    }
  }

  const PlannedRun& planned_;
  const ExecuteOptions& options_;
  const RunFolder folder_;
  ObjectStore& store_;
  const TableColumns columns_;
  std::vector<TaskDone> done_;  // of the share's tasks
  TaskRunner runner_;
};

void Add(const TaskDone& done, ExecuteSummary* summary) {
  if (!done.status.ok()) {
    ++summary->failed;
    ++summary->failed_by_code[CodeOf(done.status)];
    return;
  }
  ++(done.done_before ? summary->skipped : summary->completed);
  if (done.done_before) return;
  summary->bytes_in += done.bytes_in;
  summary->bytes_out += done.bytes_out;
  summary->rows += done.rows;
}

}  // namespace

Status ExecutePlan(const PlannedRun& planned, const ExecuteOptions& options, ObjectStore& store,
                   Executor& io, EventSink& events,
                   const std::function<void(const TaskDone&)>& on_task, std::stop_token stop,
                   ExecuteSummary* summary) {
  summary->table = planned.plan.table.name;
  summary->run = planned.options.run;
  for (const PartitionPlan& partition : planned.plan.partitions) {
    summary->tasks += static_cast<int64_t>(partition.tasks.size());
  }
  PlanExecution execution(planned, options, store, io, events, std::move(stop));
  const Status status = execution.Run();
  for (const TaskDone& done : execution.done()) {
    if (!status.ok() && CodeOf(done.status) == ErrorCode::kCancelled) continue;
    Add(done, summary);
    on_task(done);
  }
  return status;
}

}  // namespace pqpack
