// SPDX-License-Identifier: Apache-2.0
//
// The story of compact on one page.
//
//   Scan -> Plan -> Execute -> Verify -> | -> Commit
//
// Until the bar no reader of the table can see a difference: what is made lies below `_pqpack/`,
// and a run that dies there is rolled back by the next one.  What is behind it is written down
// first (commit/journal.h), so that a run that dies there is carried on by the next one.  A
// partition is published if all of its tasks are proven; one that fails stays as it is, and the
// others go on.
#include "run/compact.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "base/caught.h"
#include "base/memory_budget.h"
#include "commit/clean.h"
#include "commit/compaction_run.h"
#include "commit/find_runs.h"
#include "run/check_places.h"
#include "run/merge_task.h"
#include "run/workers.h"

namespace pqpack {
namespace {

// Staged files of a task are numbered from its own number times this.
constexpr int64_t kMostOutputs = 1'000'000;

struct Work {
  size_t partition = 0;
  const CompactTask* task = nullptr;
  std::optional<Result<ProvenTask>> result;  // absent: it was not begun
};

TableColumns ColumnsOf(const CatalogTable& table) {
  TableColumns columns;
  for (const Column& column : table.columns) columns.push_back({column.name, column.type});
  return columns;
}

// What came of a partition whose files are still as they were.
PartitionDone Untouched(const PartitionPlan& plan) {
  PartitionDone done;
  done.folder = plan.partition.folder;
  done.files_before = done.files_after = plan.files();
  done.bytes_before = done.bytes_after = plan.bytes();
  return done;
}

void AddOnce(const Finding& finding, std::vector<Finding>* findings) {
  if (std::ranges::find(*findings, finding) == findings->end()) findings->push_back(finding);
}

class CompactRun {
 public:
  CompactRun(const CompactOptions& options, Catalog& catalog, const CompactStores& stores,
             Executor& io, EventSink& events, std::stop_token stop, CompactSummary* summary)
      : options_(options),
        catalog_(catalog),
        store_(stores.work),
        commit_store_(stores.commit),
        io_(io),
        events_(events),
        stop_(std::move(stop)),
        summary_(*summary),
        input_budget_(options.memory_limit / 2),
        work_budget_(options.memory_limit / 2),
        workers_(WorkerCount(options.workers)),
        publish_{.store = stores.commit,
                 .table = stores.commit,
                 .executor = workers_,
                 .width = workers_.threads(),
                 .stop = stop_} {
    if (options.publish == PublishMode::kMove) publish_.allowed = {options.moved_from};
  }

  ~CompactRun() {
    if (table_lock_ == nullptr) return;
    table_lock_.reset();
    RemoveEmptyFolders({options_.moved_from, options_.run});
  }
  CompactRun(const CompactRun&) = delete;

  Status Run() {
    Status seen = Plan();
    if (!seen.ok() && !MayHaveMoved(seen)) return seen;
    if (seen.ok()) PQ_RETURN_NOT_OK(CheckPlaces());
    PQ_ASSIGN(const bool leftovers, HasLeftovers());
    if (!leftovers && (!seen.ok() || Idle())) return seen;
    PQ_ASSIGN(commit_, CompactionRun::Begin({.folder = {root(), options_.run},
                                             .mode = options_.publish,
                                             .lock = options_.lock},
                                            publish_, events_));
    TellRecovered();
    const Status done = MergeAll();
    if (!done.ok() || Idle()) {
      // What is gone was moved by the run that was recovered.
      if (!done.ok()) partitions_.clear();
      const Status ended = commit_->GiveUp();
      return done.ok() || MayHaveMoved(done) ? ended : done;
    }
    // Until here no reader of the table can see a difference.
    return Publish();
  }

  // Counts, and what came of each partition, in the plan's order.
  std::vector<PartitionDone> Finish() {
    for (const PartitionDone& done : partitions_) Count(done);
    return std::move(partitions_);
  }

  // The run ended early: what is known is what was there.
  void CountUntouched() {
    for (const PartitionPlan& plan : plan_.partitions) {
      summary_.files_before += plan.files();
      summary_.bytes_before += plan.bytes();
    }
    summary_.files_after = summary_.files_before;
    summary_.bytes_after = summary_.bytes_before;
  }

 private:
  // Whole partitions go there, with what needs no compaction.
  bool elsewhere() const { return options_.publish != PublishMode::kInPlace; }
  bool deletes() const { return options_.publish != PublishMode::kCopy; }
  // What is locked, and where `_pqpack/` is.
  const Uri& root() const { return elsewhere() ? options_.destination : plan_.table.location; }

  Status Plan() {
    PQ_ASSIGN(plan_, PlanCompaction(options_.table, catalog_, store_, stop_));
    // From here on the set of inputs is fixed: each one named by URI and ETag.
    summary_.table = plan_.table.name;
    columns_ = ColumnsOf(plan_.table);
    publish_.allowed = {plan_.table.location};
    for (const PartitionPlan& partition : plan_.partitions) {
      const Uri& location = partition.partition.location;  // a catalog may have it anywhere
      if (!Contains(plan_.table.location, location)) publish_.allowed.push_back(location);
    }
    partitions_.clear();
    for (const PartitionPlan& partition : plan_.partitions) {
      PartitionDone& done = partitions_.emplace_back(Untouched(partition));
      if (!elsewhere() || partition.files() == 0) done.skip_reason = partition.skip_reason;
    }
    return Status::OK();
  }

  // A run that died may have been through with moving all of it.
  bool MayHaveMoved(const Status& status) const {
    return options_.publish == PublishMode::kMove && CodeOf(status) == ErrorCode::kNotFound;
  }

  Status MergeAll() {
    for (const RecoveredRun& run : commit_->recovered()) {
      // Rows of an original that changed may be double: nothing is built on that.
      PQ_RETURN_NOT_OK(Within("run " + run.run + ", which had died", run.report.ToStatus()));
    }
    PQ_RETURN_NOT_OK(LockMovedTable());
    // Seen before the lock, another run's outputs and their originals may both have been there.
    PQ_RETURN_NOT_OK(Plan());
    PQ_RETURN_NOT_OK(CheckPlaces());
    return Idle() ? Status::OK() : Execute();
  }

  // The lock of a move is its destination's; originals are deleted here.
  Status LockMovedTable() {
    if (options_.publish != PublishMode::kMove) return Status::OK();
    const auto found = FindRuns(commit_store_, options_.moved_from);
    if (CodeOf(found.status()) == ErrorCode::kNotFound) return Status::OK();
    PQ_RETURN_NOT_OK(found.status());
    if (!found->runs.empty()) {
      const std::string table = options_.moved_from.ToString();
      return Error(ErrorCode::kAlreadyExists, table + ": a run is at work there, or has died",
                   "Wait for its end, or run pqpack recover " + table + ".");
    }
    const RunFolder folder{options_.moved_from, options_.run};
    PQ_ASSIGN(table_lock_, RunLock::Take(commit_store_, folder, options_.lock));
    return AbandonBelow(RunsFolder(options_.moved_from), commit_store_, events_);
  }

  // Nothing is to be merged, nor copied.
  bool Idle() const {
    return std::ranges::all_of(partitions_,
                               [](const PartitionDone& done) { return !done.skip_reason.empty(); });
  }

  Status CheckPlaces() {
    if (deletes()) PQ_RETURN_NOT_OK(catalog_.CheckExclusive());
    if (deletes() && plan_.table.location.scheme == Scheme::kLocal) PQ_RETURN_NOT_OK(CheckLinks());
    return elsewhere() ? CheckDestination(options_.destination, publish_.allowed) : Status::OK();
  }

  Status CheckLinks() {
    if (options_.table.predicate.empty()) return CheckNoLinks(plan_);
    // A link may lie in a partition that is not selected.
    PlanOptions whole = options_.table;
    whole.predicate.clear();
    PQ_ASSIGN(const CompactPlan all, PlanCompaction(whole, catalog_, store_, stop_));
    return CheckNoLinks(all);
  }

  Result<bool> HasLeftovers() const {
    std::vector<Uri> places = {root()};
    if (options_.publish == PublishMode::kMove) places.push_back(options_.moved_from);
    return HasRuns(commit_store_, places);
  }

  void TellRecovered() const {
    for (const RecoveredRun& run : commit_->recovered()) {
      events_.Emit(
          Warning{fmt::format("a run that had died, {}, was {}", run.run, ToString(run.outcome))});
    }
  }

  // Files that are there would be a second set of rows.
  Status LookAtDestination() {
    PQ_ASSIGN(const auto taken, FoldersWithFiles(store_, options_.destination, stop_));
    const bool completed = std::ranges::any_of(commit_->recovered(), [](const RecoveredRun& run) {
      return run.outcome == RecoveredRun::kCompleted;
    });
    for (size_t i = 0; i < plan_.partitions.size(); ++i) {
      const std::string& folder = plan_.partitions[i].partition.folder;
      if (!taken.contains(folder) || !partitions_[i].skip_reason.empty()) continue;
      if (completed) {
        partitions_[i].skip_reason = "the run that was completed may have written it";
        continue;
      }
      partitions_[i].status =
          Error(ErrorCode::kAlreadyExists,
                options_.destination.Child(folder).ToString() +
                    " has files already, and its rows would be there twice",
                "Remove them, or leave this partition out by --partition_predicate.");
    }
    return Status::OK();
  }

  Uri FolderOfOutputs(size_t partition) const {
    const Partition& of = plan_.partitions[partition].partition;
    return elsewhere() ? options_.destination.Child(of.folder) : of.location;
  }

  Status Execute() {
    if (elsewhere()) {
      PQ_RETURN_NOT_OK(CheckNotPublishing(store_, plan_.table.location));
      PQ_RETURN_NOT_OK(LookAtDestination());
    }
    for (size_t i = 0; i < plan_.partitions.size(); ++i) {
      first_work_.push_back(work_.size());
      if (!partitions_[i].status.ok() || !partitions_[i].skip_reason.empty()) continue;
      for (const CompactTask& task : plan_.partitions[i].tasks) work_.push_back({i, &task, {}});
    }
    Announce();
    tasks_left_ = static_cast<int64_t>(work_.size());
    for (size_t number = 0; number < work_.size() && !Ending(); ++number) {
      group_.Run([this, number] { Merge(number); });
    }
    group_.Wait();
    PQ_RETURN_NOT_OK(fatal_error_);
    if (stop_.stop_requested()) return Error(ErrorCode::kCancelled, "stopped");
    return Status::OK();
  }

  void Announce() {
    FilesFound found;
    for (const Work& work : work_) {
      found.files += static_cast<int64_t>(work.task->inputs.size());
      found.bytes += work.task->bytes;
    }
    events_.Emit(found);
    events_.Emit(ListingDone{found.files, found.bytes});
  }

  bool Ending() const { return stop_.stop_requested() || fatal_; }

  void Merge(size_t number) {
    if (Ending()) return;
    Work& work = work_[number];
    for (const ObjectInfo& input : work.task->inputs) {
      events_.Emit(FileQueued{input.uri.ToString(), input.size});
    }
    const MergeContext context{options_, columns_,      store_,       workers_,
                               io_,      input_budget_, work_budget_, stop_};
    const auto name = [&](size_t n) {
      return commit_->Staged(static_cast<int64_t>(number) * kMostOutputs + static_cast<int64_t>(n));
    };
    work.result.emplace(Caught([&] { return MergeTask(*work.task, name, Width(), context); }));
    --tasks_left_;
    Finished(work);
  }

  // Tasks come first; columns run in parallel only when fewer tasks than CPUs are left.
  int Width() const {
    const int cpus = std::min(workers_.threads(), CpuCount());
    return static_cast<int>(std::max<int64_t>(1, cpus / std::max<int64_t>(1, tasks_left_)));
  }

  void Finished(const Work& work) {
    const Status status = work.result->status();
    {
      const std::lock_guard lock(mutex_);
      if (status.ok()) {
        patience_.Succeeded();
      } else if (auto fatal = patience_.Failed(status); fatal && !fatal_) {
        fatal_error_ = *std::move(fatal);
        fatal_ = true;
      }
    }
    for (const ObjectInfo& input : work.task->inputs) {
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
  }

  Status Publish() {
    for (const Work& work : work_) {
      PartitionDone& done = partitions_[work.partition];
      if (done.status.ok()) done.status = work.result->status();
    }
    PublishList list;
    std::vector<size_t> partition_of;  // each group's
    for (size_t i = 0; i < partitions_.size(); ++i) {
      if (!partitions_[i].status.ok() || !partitions_[i].skip_reason.empty()) continue;
      auto groups = GroupsOf(i);
      if (groups.empty()) partitions_[i].skip_reason = "merging did not give fewer files";
      for (PublishGroup& group : groups) {
        list.groups.push_back(std::move(group));
        partition_of.push_back(i);
      }
    }
    if (list.groups.empty()) return commit_->GiveUp();
    if (const Status proven = commit_->Prove(list); !proven.ok()) {
      (void)commit_->GiveUp();
      return proven;
    }
    const auto published = commit_->Publish();
    if (!published.ok()) {
      events_.Emit(
          Warning{"it ended while publishing: some partitions are compacted, and rows of "
                  "others may be there twice until a run, or pqpack recover " +
                  root().ToString() + Also() + ", has completed it"});
      return published.status();
    }
    const PublishReport& report = *published;
    summary_.deleted = report.removed;
    for (const GroupFailure& failure : report.failed) {
      partitions_[partition_of[failure.group]].status = failure.why;
    }
    for (const ObjectId& changed : report.changed) MarkChanged(changed);
    return Status::OK();
  }

  // What `pqpack recover` has to be told besides the root.
  std::string Also() const {
    std::string text;
    for (const Uri& place : publish_.allowed) {
      if (!Contains(root(), place)) text += " --also " + place.ToString();
    }
    return text;
  }

  // In place each task is a group of its own, so that rows are double for a short time only.
  std::vector<PublishGroup> GroupsOf(size_t partition) {
    PartitionDone& done = partitions_[partition];
    const PartitionPlan& plan = plan_.partitions[partition];
    std::vector<PublishGroup> groups;
    if (elsewhere()) {
      groups.emplace_back();
      for (const KeptFile& kept : plan.kept) Carry(plan, kept.object, &groups.back());
    }
    done.files_after = static_cast<int64_t>(plan.kept.size());
    done.bytes_after = plan.bytes() - plan.bytes_to_merge();
    for (size_t task = 0; task < plan.tasks.size(); ++task) {
      const size_t number = first_work_[partition] + task;
      if (NoFewer(work_[number])) {
        Keep(plan, plan.tasks[task], &groups, &done);
        continue;
      }
      if (!elsewhere()) groups.emplace_back();
      AddTask(number, &groups.back(), &done);
    }
    return groups;
  }

  // What the plan could not know: row groups that are copied whole, or schemas that do not go
  // together.  Files that are replaced by as many would be so by each run.
  static bool NoFewer(const Work& work) {
    return (*work.result)->receipt().staged.size() >= work.task->inputs.size();
  }

  void Keep(const PartitionPlan& plan, const CompactTask& task, std::vector<PublishGroup>* groups,
            PartitionDone* done) const {
    done->files_after += static_cast<int64_t>(task.inputs.size());
    done->bytes_after += task.bytes;
    AddOnce({"merging did not give fewer files, so some are left as they are", ""},
            &done->warnings);
    if (!elsewhere()) return;
    for (const ObjectInfo& input : task.inputs) Carry(plan, input, &groups->back());
  }

  void Carry(const PartitionPlan& plan, const ObjectInfo& object, PublishGroup* group) const {
    group->carried.push_back({object.id(), object.size, CopyOf(plan, object)});
    if (deletes()) group->remove.push_back(object.id());
  }

  Uri CopyOf(const PartitionPlan& plan, const ObjectInfo& object) const {
    const Partition& partition = plan.partition;
    return options_.destination.Child(partition.folder)
        .Child(object.uri.key.substr(partition.location.key.size()));
  }

  void AddTask(size_t number, PublishGroup* group, PartitionDone* done) {
    const Work& work = work_[number];
    const TaskReceipt& receipt = (*work.result)->receipt();
    for (size_t n = 0; n < receipt.staged.size(); ++n) {
      const Uri output =
          FolderOfOutputs(work.partition)
              .Child(fmt::format("part-{:05}-{:03}-{}.parquet", number, n, options_.run));
      group->files.push_back({receipt.staged[n], output});
      done->outputs.push_back(output.ToString());
      done->bytes_after += receipt.staged[n].size;
      done->bytes_out += receipt.staged[n].size;
    }
    if (deletes()) {
      for (const ObjectInfo& input : work.task->inputs) group->remove.push_back(input.id());
    }
    done->files_after += static_cast<int64_t>(receipt.staged.size());
    done->rows += receipt.rows;
    done->bytes_decoded += receipt.bytes_decoded;
    for (const Finding& warning : receipt.warnings) AddOnce(warning, &done->warnings);
    done->bytes_in += work.task->bytes;
    done->proof += receipt.proof;
  }

  // The merged file has the rows that it had.
  void MarkChanged(const ObjectId& original) {
    for (size_t i = 0; i < plan_.partitions.size(); ++i) {
      if (!Contains(plan_.partitions[i].partition.location, original.uri)) continue;
      partitions_[i].status =
          Error(ErrorCode::kSourceChanged,
                original.uri.ToString() +
                    " was replaced while its earlier version was merged; it was not deleted",
                "The merged file has the rows of that earlier version: see which are right.");
    }
  }

  void Count(const PartitionDone& done) {
    summary_.files_before += done.files_before;
    summary_.files_after += done.status.ok() ? done.files_after : done.files_before;
    summary_.bytes_before += done.bytes_before;
    summary_.bytes_after += done.status.ok() ? done.bytes_after : done.bytes_before;
    if (!done.status.ok()) {
      ++summary_.failed;
      ++summary_.failed_by_code[CodeOf(done.status)];
    } else if (!done.skip_reason.empty()) {
      ++summary_.skipped;
    } else {
      ++summary_.completed;
      summary_.bytes_in += done.bytes_in;
      summary_.bytes_out += done.bytes_out;
      summary_.proof += done.proof;
      summary_.rows += done.rows;
      summary_.bytes_decoded += done.bytes_decoded;
    }
  }

  const CompactOptions& options_;
  Catalog& catalog_;
  ObjectStore& store_;
  ObjectStore& commit_store_;
  Executor& io_;
  EventSink& events_;
  const std::stop_token stop_;
  CompactSummary& summary_;
  CompactPlan plan_;
  TableColumns columns_;
  std::vector<PartitionDone> partitions_;  // as in the plan
  std::vector<Work> work_;                 // of one partition behind the other
  std::vector<size_t> first_work_;         // of each partition
  std::mutex mutex_;
  Status fatal_error_;
  std::atomic<bool> fatal_ = false;
  std::atomic<int64_t> tasks_left_ = 0;
  MemoryBudget input_budget_;
  MemoryBudget work_budget_;
  Executor workers_;
  Patience patience_{workers_.threads()};
  PublishContext publish_;
  std::unique_ptr<CompactionRun> commit_;
  std::unique_ptr<RunLock> table_lock_;  // of a move
  TaskGroup group_{&workers_, workers_.threads()};
};

}  // namespace

Status Compact(const CompactOptions& options, Catalog& catalog, const CompactStores& stores,
               Executor& io, EventSink& events,
               const std::function<void(const PartitionDone&)>& on_partition, std::stop_token stop,
               CompactSummary* summary) {
  CompactRun run(options, catalog, stores, io, events, std::move(stop), summary);
  const Status status = run.Run();
  if (!status.ok()) {
    run.CountUntouched();
    return status;
  }
  for (const PartitionDone& done : run.Finish()) on_partition(done);
  return status;
}

}  // namespace pqpack
