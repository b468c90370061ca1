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

#include <utility>

#include "run/compaction_site.h"
#include "run/task_runner.h"

namespace pqpack {
namespace {

class CompactRun {
 public:
  CompactRun(const CompactOptions& options, Catalog& catalog, const CompactStores& stores,
             Executor& io, EventSink& events, std::stop_token stop, CompactSummary* summary)
      : options_(options),
        catalog_(catalog),
        store_(stores.work),
        stop_(stop),
        summary_(*summary),
        runner_(options, stores.work, io, events, stop),
        site_(options, catalog, stores, runner_.workers(), events, std::move(stop)) {}

  Status Run() {
    Status seen = Plan();
    if (!seen.ok() && !MayHaveMoved(seen)) return seen;
    if (seen.ok()) PQ_RETURN_NOT_OK(site_.CheckPlaces());
    if (site_.MovedBefore()) return site_.CheckMoved();
    PQ_ASSIGN(const bool leftovers, site_.HasLeftovers());
    if (!leftovers && (!seen.ok() || site_.Idle())) return seen;
    PQ_RETURN_NOT_OK(site_.Begin());
    const Status done = MergeAll();
    if (!done.ok() || site_.Idle()) {
      // What is gone was moved by the run that was recovered.
      if (!done.ok()) site_.partitions().clear();
      const Status ended = site_.GiveUp();
      return done.ok() || MayHaveMoved(done) ? ended : done;
    }
    // Until here no reader of the table can see a difference.
    return site_.Publish(outcomes_, &summary_.deleted);
  }

  // Counts, and what came of each partition, in the plan's order.
  std::vector<PartitionDone> Finish() {
    for (const PartitionDone& done : site_.partitions()) summary_.Add(done);
    return std::move(site_.partitions());
  }

  const CompactPlan& plan() const { return site_.plan(); }

 private:
  Status Plan() {
    PQ_ASSIGN(CompactPlan plan, PlanCompaction(options_.table, catalog_, store_, stop_));
    // From here on the set of inputs is fixed: each one named by URI and ETag.
    summary_.table = plan.table.name;
    site_.SetPlan(std::move(plan));
    return Status::OK();
  }

  // A run that died may have been through with moving all of it.
  bool MayHaveMoved(const Status& status) const {
    return options_.publish == PublishMode::kMove && CodeOf(status) == ErrorCode::kNotFound;
  }

  Status MergeAll() {
    PQ_RETURN_NOT_OK(site_.LockTable());
    PQ_RETURN_NOT_OK(FindTableAgain());
    PQ_RETURN_NOT_OK(PlanBehindLocks());
    PQ_RETURN_NOT_OK(site_.CheckPlaces());
    if (site_.Idle()) return Status::OK();
    PQ_RETURN_NOT_OK(site_.LookAtPlaces());
    return Execute();
  }

  // Seen before the lock, another run's outputs and their originals may both have been there.
  Status PlanBehindLocks() {
    for (int left = 3; left > 0; --left) {
      PQ_RETURN_NOT_OK(Plan());
      PQ_ASSIGN(const bool moved, site_.AnnounceMore());
      if (!moved) return Status::OK();
    }
    return Error(ErrorCode::kSourceChanged,
                 plan().table.name + ": its partitions are led elsewhere again and again",
                 "Run again.");
  }

  // A run that was recovered may have led the whole table elsewhere.
  Status FindTableAgain() {
    if (!options_.leads() && !site_.has_recovered()) return Status::OK();
    catalog_.Forget();
    PQ_ASSIGN(const CatalogTable table, catalog_.GetTable());
    if (table.location == plan().table.location) return Status::OK();
    // To where this run was to lead it: what is left to be moved is seen by the next plan.
    const bool moved = options_.publish == PublishMode::kCatalogMove;
    if (moved && table.location == options_.destination) return Status::OK();
    return Error(ErrorCode::kSourceChanged,
                 table.name + ": a run that had died was completed, and has led it to " +
                     table.location.ToString(),
                 "Run again.");
  }

  Status Execute() {
    std::vector<PlannedTask> tasks = TasksOf(plan());
    outcomes_.resize(tasks.size());
    std::erase_if(tasks, [&](const PlannedTask& task) {
      const PartitionDone& of = site_.partitions()[task.partition];
      return !of.status.ok() || !of.skip_reason.empty();
    });
    const TableColumns columns = ColumnsOf(plan().table);
    return runner_.Run(tasks, [&](const PlannedTask& task) {
      const auto name = [&](size_t n) {
        return site_.Staged(static_cast<int64_t>(task.number) * kMostOutputs +
                            static_cast<int64_t>(n));
      };
      return outcomes_[task.number]
          .emplace(runner_.Merge(*task.task, columns, name, /*digests=*/false))
          .status();
    });
  }

  const CompactOptions& options_;
  Catalog& catalog_;
  ObjectStore& store_;
  const std::stop_token stop_;
  CompactSummary& summary_;
  TaskOutcomes outcomes_;  // of the plan's tasks
  TaskRunner runner_;
  CompactionSite site_;
};

}  // namespace

Status Compact(const CompactOptions& options, Catalog& catalog, const CompactStores& stores,
               Executor& io, EventSink& events,
               const std::function<void(const PartitionDone&)>& on_partition, std::stop_token stop,
               CompactSummary* summary) {
  CompactRun run(options, catalog, stores, io, events, std::move(stop), summary);
  const Status status = run.Run();
  if (!status.ok()) {
    summary->AddUntouched(run.plan());
    return status;
  }
  for (const PartitionDone& done : run.Finish()) on_partition(done);
  return status;
}

}  // namespace pqpack
