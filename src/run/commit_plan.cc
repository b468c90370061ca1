// SPDX-License-Identifier: Apache-2.0
//
// The plan was made, and its files were merged, without a lock.  What keeps rows from being lost or
// doubled all the same is the order of looks behind the lock:
//   1. no run is publishing in the table;
//   2. the table is listed: every file of the plan is there with its ETag;
//   3. the receipts' staged files are there with theirs.
// A plan that was made while another run was publishing may name that run's outputs and their
// originals.  When 1 holds that run is through, so its originals are gone, and 2 finds that.
//
// That the plan was committed stands beside it.  A commit that died before it wrote that was
// completed by somebody: then outputs with the run's name are there, or its journal says so.
#include "run/commit_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "catalog/predicate.h"
#include "commit/clean.h"
#include "run/compaction_site.h"
#include "run/plan_end.h"
#include "run/receipt.h"
#include "run/task_runner.h"
#include "scan/inventory.h"

namespace pqpack {
namespace {

class PlanCommit {
 public:
  PlanCommit(const PlannedRun& planned, const CompactOptions& options, const PlanPlace& place,
             Catalog& catalog, const CompactStores& stores, EventSink& events, std::stop_token stop,
             CommitSummary* summary)
      : planned_(planned),
        options_(options),
        place_(place),
        catalog_(catalog),
        store_(stores.commit),
        events_(events),
        stop_(stop),
        summary_(*summary),
        tasks_(TasksOf(planned.plan)),
        workers_(WorkerCount(options.workers)),
        site_(options, catalog, stores, workers_, events, std::move(stop)) {}

  Status Run() {
    summary_.table = planned_.plan.table.name;
    site_.SetPlan(planned_.plan);
    if (site_.Idle()) return Status::OK();
    PQ_ASSIGN(found_, FindPlanEnd(planned_, place_.store, place_.uri));
    if (AtEnd()) return CommittedBefore(*found_.end);
    PQ_ASSIGN(const bool begun_before, HasJournal());
    if (!begun_before) {
      PQ_ASSIGN(const size_t missing, CountMissing());
      if (missing > 0) {
        PQ_ASSIGN(const bool published, AnyPublished());
        return published ? CommittedBefore(LeftBefore()) : NotExecuted(missing, {});
      }
    }
    PQ_RETURN_NOT_OK(site_.Begin());
    if (const RecoveredRun* own = site_.completed_own()) return CompletedNow(*own);
    // Workers may have come again behind a commit that died before it said that it was through.
    PQ_ASSIGN(const bool published, AnyPublished());
    if (published) return EndedBefore(LeftBefore());
    Status ready = LookAtAll();
    if (!ready.ok()) {
      (void)site_.GiveUp();
      site_.partitions().clear();
      return ready;
    }
    NoteLeftOut();
    // Until here no reader of the table can see a difference.
    PQ_RETURN_NOT_OK(site_.Publish(outcomes_, &summary_.deleted));
    if (Ended()) (void)WriteEnd(EndOf(Statuses()));
    return Status::OK();
  }

  // Instead: nothing is published.
  Status Discard() {
    site_.SetPlan(planned_.plan);
    PQ_ASSIGN(found_, FindPlanEnd(planned_, place_.store, place_.uri));
    if (AtEnd()) return NothingToDiscard();
    PQ_RETURN_NOT_OK(site_.Begin());
    if (const RecoveredRun* own = site_.completed_own()) {
      PQ_RETURN_NOT_OK(CompletedNow(*own));
      return NothingToDiscard();
    }
    PQ_RETURN_NOT_OK(site_.RemovePlanned());
    return site_.GiveUp();
  }

  std::vector<PartitionDone> Finish() {
    if (summary_.committed_before) return {};
    for (const PartitionDone& done : site_.partitions()) summary_.Add(done);
    return std::move(site_.partitions());
  }

 private:
  // By a commit that may have died behind that: locks are left then.  Or workers were late.
  Status CommittedBefore(const PlanEnd& end) {
    summary_.committed_before = true;
    PQ_ASSIGN(const bool left, site_.HasLeftovers());
    PQ_ASSIGN(const auto begun, LookUp(store_, planned_.folder().plan_begun()));
    if (left || begun) {
      Status locked = site_.Begin();
      if (locked.ok()) return EndedBefore(end);
      // Somebody who is at work has ended, or will end, what is left.
      if (CodeOf(locked) != ErrorCode::kAlreadyExists) return locked;
    }
    return WriteEnd(end).ToStatus();
  }

  // Behind the lock.
  Status EndedBefore(const PlanEnd& end) {
    summary_.committed_before = true;
    PQ_RETURN_NOT_OK(site_.RemovePlanned());
    // To release that of a move; what other dead runs left undone is told.
    const Status others = site_.LockTable();
    PQ_RETURN_NOT_OK(site_.GiveUp());
    PQ_RETURN_NOT_OK(WriteEnd(end).ToStatus());
    return CodeOf(others) == ErrorCode::kAlreadyExists ? Status::OK() : others;
  }

  // A commit that had died, by this one.
  Status CompletedNow(const RecoveredRun& own) {
    const Status status = own.report.ToStatus();
    PlanEnd end = LeftBefore();
    if (!status.ok()) {
      end.left_out += LeftBy(own.report);
      if (end.first.empty()) end.first = status.message();
    }
    return EndedBefore(end);
  }

  // Partitions of which not all was published, or an original changed; these may be several times
  // in the report.
  int64_t LeftBy(const PublishReport& report) const {
    return std::ranges::count_if(planned_.plan.partitions, [&](const PartitionPlan& of) {
      const Partition& partition = of.partition;
      const Uri to =
          options_.elsewhere() ? options_.destination.Child(partition.folder) : partition.location;
      return std::ranges::any_of(
                 report.failed,
                 [&](const GroupFailure& failure) { return Contains(to, failure.output); }) ||
             std::ranges::any_of(report.changed, [&](const ObjectId& original) {
               return Contains(partition.location, original.uri);
             });
    });
  }

  Status NothingToDiscard() const {
    return Error(ErrorCode::kAlreadyExists, place_.uri.ToString() + ": the plan was committed",
                 "There is nothing to give up.");
  }

  // Of each partition, by now.
  std::vector<Status> Statuses() {
    std::vector<Status> statuses;
    for (const PartitionDone& done : site_.partitions()) statuses.push_back(done.status);
    return statuses;
  }

  // `statuses`: of each partition.
  PlanEnd EndOf(const std::vector<Status>& statuses) const {
    PlanEnd end;
    for (size_t i = 0; i < statuses.size(); ++i) {
      if (statuses[i].ok() || end.left_out++ > 0) continue;
      const std::string& folder = planned_.plan.partitions[i].partition.folder;
      end.first = (folder.empty() ? "" : folder + ": ") + statuses[i].message();
    }
    return end;
  }

  bool AtEnd() const { return found_.end && found_.end->reached; }

  // By a commit that died, before it published the others.
  PlanEnd LeftBefore() const { return found_.end.value_or(PlanEnd()); }

  // For who completes this commit, should it die.
  void NoteLeftOut() {
    std::vector<Status> statuses = Statuses();
    for (const PlannedTask& task : tasks_) {
      const auto& outcome = outcomes_[task.number];
      if (outcome && statuses[task.partition].ok()) statuses[task.partition] = outcome->status();
    }
    PlanEnd end = EndOf(statuses);
    end.reached = false;
    if (end.left_out > 0 || found_.end) (void)Write(end);
  }

  // Gives what stands beside the plan then, which may be another commit's: that one knows better.
  PlanEnd WriteEnd(PlanEnd end) {
    end.reached = true;
    if (AtEnd() || Write(end)) return end;
    const auto theirs = FindPlanEnd(planned_, place_.store, place_.uri);
    return theirs.ok() && theirs->end ? *theirs->end : end;
  }

  // False: another commit has done it.  Without it, it is found out again that the plan was
  // committed, though not what was left out.
  bool Write(const PlanEnd& end) {
    const Status written = WritePlanEnd(planned_, end, place_.store, place_.uri, &found_.unchanged);
    if (written.ok()) return true;
    const ErrorCode code = CodeOf(written);
    if (code == ErrorCode::kAlreadyExists || code == ErrorCode::kSourceChanged) return false;
    events_.Emit(
        Warning{"what came of the plan could not be written beside it: " + written.message()});
    return true;
  }

  Result<bool> HasJournal() {
    PQ_ASSIGN(const auto journal, LookUp(store_, planned_.folder().journal()));
    return journal.has_value();
  }

  // Tasks that have nothing under their receipt's name.
  Result<size_t> CountMissing() {
    std::vector<bool> there(tasks_.size());
    const Uri place = planned_.folder().plan_receipts();
    std::map<std::string, size_t> numbers;
    for (const PlannedTask& task : tasks_) {
      numbers[planned_.folder().plan_receipt(static_cast<int64_t>(task.number)).key] = task.number;
    }
    auto listing = store_.List(place);
    while (CodeOf(listing.status()) != ErrorCode::kNotFound) {
      PQ_RETURN_NOT_OK(listing.status());
      PQ_ASSIGN(const auto page, (*listing)->Next());
      if (page.empty()) break;
      for (const ObjectInfo& object : page) {
        if (const auto found = numbers.find(object.uri.key); found != numbers.end()) {
          there[found->second] = true;
        }
      }
    }
    first_missing_ = static_cast<size_t>(std::ranges::find(there, false) - there.begin());
    return static_cast<size_t>(std::ranges::count(there, false));
  }

  // `why` the first one's does not count; OK: it is not there.
  Status NotExecuted(size_t missing, const Status& why) const {
    const PlannedTask& first = tasks_[first_missing_];
    const std::string& folder = planned_.plan.partitions[first.partition].partition.folder;
    return Error(
        ErrorCode::kSourceChanged,
        fmt::format("{} of {} tasks have no receipt that counts; the first is task {}{}{}", missing,
                    tasks_.size(), first.number, folder.empty() ? "" : ", of partition " + folder,
                    why.ok() ? "" : ": " + why.message()),
        "Run pqpack execute --plan " + place_.uri.ToString() +
            ", then commit again. Nothing was changed.");
  }

  // By a commit that died, and was completed by who came next.
  Result<bool> AnyPublished() {
    std::atomic<bool> any = false;
    PQ_RETURN_NOT_OK(EachTask([&](const PlannedTask& task) -> Status {
      if (any) return Status::OK();
      const Partition& partition = planned_.plan.partitions[task.partition].partition;
      PQ_ASSIGN(const auto found, LookUp(store_, OutputName(options_, partition, task.number, 0)));
      if (found) any = true;
      return Status::OK();
    }));
    return any.load();
  }

  Status EachTask(const std::function<Status(const PlannedTask&)>& step) {
    return workers_.ForEach(static_cast<int64_t>(tasks_.size()), workers_.threads(),
                            [&](int64_t i) { return step(tasks_[static_cast<size_t>(i)]); });
  }

  // Behind the lock.
  Status LookAtAll() {
    PQ_RETURN_NOT_OK(site_.LockTable());
    PQ_RETURN_NOT_OK(site_.CheckNotPublishing());
    PQ_RETURN_NOT_OK(LookAtTable());
    PQ_RETURN_NOT_OK(site_.CheckPlaces());
    PQ_RETURN_NOT_OK(site_.LookAtPlaces());
    return ReadReceipts();
  }

  Status LookAtTable() {
    const PlanOptions& options = planned_.options.table;
    PQ_ASSIGN(CatalogTable table, catalog_.GetTable());
    if (table.location != planned_.plan.table.location) {
      return Error(ErrorCode::kSourceChanged,
                   table.name + ": the table lies in another place than when it was planned: " +
                       table.location.ToString(),
                   "Make a new plan. Nothing was changed.");
    }
    PQ_ASSIGN(const Predicate predicate, Predicate::Parse(options.predicate, table.partition_keys));
    PQ_ASSIGN(Inventory now, TakeInventory(catalog_, std::move(table), predicate, store_, stop_));
    std::map<std::string_view, const PartitionFiles*> by_folder;
    for (const PartitionFiles& files : now.partitions) by_folder[files.partition.folder] = &files;
    for (size_t i = 0; i < site_.partitions().size(); ++i) {
      const PartitionPlan& plan = site_.plan().partitions[i];
      const auto found = by_folder.find(plan.partition.folder);
      Compare(plan, found == by_folder.end() ? nullptr : found->second, &site_.partitions()[i]);
      if (found == by_folder.end()) continue;
      site_.SetCounters(i, found->second->partition);
      by_folder.erase(found);
    }
    site_.SetCounters(now.table);
    if (!by_folder.empty()) {
      events_.Emit(Warning{fmt::format(
          "partitions that came after the plan are left as they are: {}", by_folder.size())});
    }
    return Status::OK();
  }

  void Compare(const PartitionPlan& plan, const PartitionFiles* now, PartitionDone* done) const {
    if (!done->skip_reason.empty()) return;
    if (now == nullptr || now->partition.location != plan.partition.location) {
      done->status = Error(ErrorCode::kSourceChanged,
                           "the table has no such partition any more, or has it in another place",
                           "Make a new plan. Nothing of it was changed.");
      return;
    }
    std::map<std::string_view, const ObjectInfo*> there;
    for (const ObjectInfo& object : now->objects) there[object.uri.key] = &object;
    auto late = static_cast<int64_t>(there.size());
    const auto look = [&](const ObjectInfo& planned, bool concerned) {
      const auto found = there.find(planned.uri.key);
      late -= found != there.end() ? 1 : 0;
      const bool same = found != there.end() && found->second->etag == planned.etag;
      if (concerned && !same && done->status.ok()) {
        done->status = Error(ErrorCode::kSourceChanged,
                             planned.uri.ToString() +
                                 (found == there.end() ? " was deleted" : " was replaced") +
                                 " since the plan was made",
                             "Make a new plan for this partition. Nothing of it was changed.");
      }
    };
    for (const CompactTask& task : plan.tasks) {
      for (const ObjectInfo& input : task.inputs) look(input, true);
    }
    for (const KeptFile& kept : plan.kept) look(kept.object, options_.elsewhere());
    if (done->status.ok() && late > 0) {
      done->warnings.push_back(
          {"files that came after the plan are left as they are", std::to_string(late)});
    }
  }

  // A receipt that was there before the lock may not count any more.
  Status ReadReceipts() {
    outcomes_.resize(tasks_.size());
    std::vector<std::optional<Status>> missing(tasks_.size());
    PQ_RETURN_NOT_OK(EachTask([&](const PlannedTask& task) -> Status {
      if (stop_.stop_requested()) return Error(ErrorCode::kCancelled, "stopped");
      if (!site_.partitions()[task.partition].status.ok()) return Status::OK();
      PQ_ASSIGN(FoundReceipt found, FindReceipt(store_, planned_, task.number));
      if (!found.outcome) missing[task.number] = std::move(found.why);
      outcomes_[task.number] = std::move(found.outcome);
      return Status::OK();
    }));
    const auto is_missing = [](const std::optional<Status>& why) { return why.has_value(); };
    const auto count = static_cast<size_t>(std::ranges::count_if(missing, is_missing));
    if (count == 0) return Status::OK();
    const auto first = std::ranges::find_if(missing, is_missing);
    first_missing_ = static_cast<size_t>(first - missing.begin());
    return NotExecuted(count, **first);
  }

  // Something was published, or there was nothing to publish; else it may be tried again.
  bool Ended() {
    const auto& all = site_.partitions();
    return std::ranges::all_of(all, [](const PartitionDone& done) { return done.status.ok(); }) ||
           std::ranges::any_of(all, [](const PartitionDone& done) {
             return done.status.ok() && done.skip_reason.empty();
           });
  }

  const PlannedRun& planned_;
  const CompactOptions& options_;
  const PlanPlace& place_;
  Catalog& catalog_;
  ObjectStore& store_;
  EventSink& events_;
  const std::stop_token stop_;
  CommitSummary& summary_;
  const std::vector<PlannedTask> tasks_;
  size_t first_missing_ = 0;
  FoundPlanEnd found_;  // beside the plan
  TaskOutcomes outcomes_;
  Executor workers_;
  CompactionSite site_;
};

}  // namespace

Status CommitPlan(const PlannedRun& planned, const CompactOptions& options, const PlanPlace& place,
                  Catalog& catalog, const CompactStores& stores, EventSink& events,
                  const std::function<void(const PartitionDone&)>& on_partition,
                  std::stop_token stop, CommitSummary* summary) {
  PlanCommit commit(planned, options, place, catalog, stores, events, std::move(stop), summary);
  const Status status = commit.Run();
  if (!status.ok()) {
    summary->AddUntouched(planned.plan);
    return status;
  }
  for (const PartitionDone& done : commit.Finish()) on_partition(done);
  return status;
}

Status DiscardPlan(const PlannedRun& planned, const CompactOptions& options, const PlanPlace& place,
                   Catalog& catalog, const CompactStores& stores, EventSink& events,
                   std::stop_token stop) {
  CommitSummary summary;
  return PlanCommit(planned, options, place, catalog, stores, events, std::move(stop), &summary)
      .Discard();
}

}  // namespace pqpack
