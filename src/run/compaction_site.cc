// SPDX-License-Identifier: Apache-2.0
#include "run/compaction_site.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "commit/clean.h"
#include "commit/find_runs.h"
#include "run/check_places.h"
#include "run/stale_summaries.h"

namespace pqpack {

CompactionSite::CompactionSite(const CompactOptions& options, Catalog& catalog,
                               const CompactStores& stores, Executor& workers, EventSink& events,
                               std::stop_token stop)
    : options_(options),
      catalog_(catalog),
      store_(stores.work),
      commit_store_(stores.commit),
      events_(events),
      stop_(std::move(stop)),
      publish_{.store = stores.commit,
               .table = stores.commit,
               .executor = workers,
               .width = workers.threads(),
               .stop = stop_} {
  if (options.publish == PublishMode::kMove) publish_.allowed = {options.moved_from};
}

CompactionSite::~CompactionSite() {
  if (table_lock_ == nullptr) return;
  table_lock_.reset();
  RemoveEmptyFolders({options_.moved_from, locker()});
}

void CompactionSite::SetPlan(CompactPlan plan) {
  plan_ = std::move(plan);
  publish_.allowed = {plan_.table.location};
  for (const PartitionPlan& partition : plan_.partitions) {
    const Uri& location = partition.partition.location;  // a catalog may have it anywhere
    if (!Contains(plan_.table.location, location)) publish_.allowed.push_back(location);
  }
  partitions_.clear();
  for (const PartitionPlan& partition : plan_.partitions) {
    PartitionDone& done = partitions_.emplace_back(Untouched(partition));
    if (!options_.elsewhere() || partition.files() == 0) done.skip_reason = partition.skip_reason;
  }
}

bool CompactionSite::Idle() const {
  return std::ranges::all_of(partitions_,
                             [](const PartitionDone& done) { return !done.skip_reason.empty(); });
}

Status CompactionSite::CheckPlaces() {
  if (options_.deletes()) {
    PQ_RETURN_NOT_OK(catalog_.CheckExclusive());
    if (plan_.table.location.scheme == Scheme::kLocal) PQ_RETURN_NOT_OK(CheckLinks());
  }
  return options_.elsewhere() ? CheckDestination(options_.destination, publish_.allowed)
                              : Status::OK();
}

Status CompactionSite::CheckLinks() {
  if (options_.table.predicate.empty() && options_.attempt.empty()) return CheckNoLinks(plan_);
  // A link may lie in a partition that is not selected, or have come since the plan was made.
  PlanOptions whole = options_.table;
  whole.predicate.clear();
  PQ_ASSIGN(const CompactPlan all, PlanCompaction(whole, catalog_, store_, stop_));
  return CheckNoLinks(all);
}

Result<bool> CompactionSite::HasLeftovers() const {
  std::vector<Uri> places = {root()};
  if (options_.publish == PublishMode::kMove) places.push_back(options_.moved_from);
  return HasRuns(commit_store_, places);
}

Status CompactionSite::Begin() {
  PQ_ASSIGN(commit_, CompactionRun::Begin({.folder = {root(), options_.run},
                                           .mode = options_.publish,
                                           .lock = options_.lock,
                                           .attempt = options_.attempt},
                                          publish_, events_));
  for (const RecoveredRun& run : commit_->recovered()) {
    events_.Emit(
        Warning{fmt::format("a run that had died, {}, was {}", run.run, ToString(run.outcome))});
  }
  return Status::OK();
}

const RecoveredRun* CompactionSite::completed_own() const {
  const RecoveredRun* own = commit_->recovered_own();
  return own != nullptr && own->outcome == RecoveredRun::kCompleted ? own : nullptr;
}

Status CompactionSite::LockTable() {
  for (const RecoveredRun& run : commit_->recovered()) {
    // Rows of an original that changed may be double: nothing is built on that.
    PQ_RETURN_NOT_OK(Within("run " + run.run + ", which had died", run.report.ToStatus()));
  }
  if (options_.publish != PublishMode::kMove) return Status::OK();
  const auto found = FindRuns(commit_store_, options_.moved_from);
  if (CodeOf(found.status()) == ErrorCode::kNotFound) return Status::OK();
  PQ_RETURN_NOT_OK(found.status());
  if (!found->runs.empty()) {
    const std::string table = options_.moved_from.ToString();
    return Error(ErrorCode::kAlreadyExists, table + ": a run is at work there, or has died",
                 "Wait for its end, or run pqpack recover " + table + ".");
  }
  const RunFolder folder{options_.moved_from, locker()};
  PQ_ASSIGN(table_lock_, RunLock::Take(commit_store_, folder, options_.lock));
  return AbandonRuns(options_.moved_from, commit_store_, events_);
}

Status CompactionSite::LookAtPlaces() {
  if (!options_.elsewhere()) return Status::OK();
  PQ_RETURN_NOT_OK(CheckNotPublishing(store_, plan_.table.location));
  return LookAtDestination();
}

Status CompactionSite::LookAtDestination() {
  PQ_ASSIGN(const auto taken, FoldersWithFiles(store_, options_.destination, stop_));
  const bool completed = std::ranges::any_of(commit_->recovered(), [](const RecoveredRun& run) {
    return run.outcome == RecoveredRun::kCompleted;
  });
  for (size_t i = 0; i < plan_.partitions.size(); ++i) {
    const std::string& folder = plan_.partitions[i].partition.folder;
    if (partitions_[i].skip_reason.empty() && partitions_[i].status.ok()) {
      partitions_[i].status = CheckNotLinked(options_.destination, folder);
      if (!partitions_[i].status.ok()) continue;
    }
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

Status CompactionSite::Publish(const TaskOutcomes& outcomes, int64_t* deleted) {
  const PublishGroups made = MakePublishGroups(plan_, options_, outcomes, &partitions_);
  if (made.list.groups.empty()) {
    const bool all_right =
        std::ranges::all_of(partitions_, [](const auto& done) { return done.status.ok(); });
    // A plan's workers have staged in vain.
    if (all_right && !options_.attempt.empty()) PQ_RETURN_NOT_OK(commit_->RemovePlanned());
    return commit_->GiveUp();
  }
  if (const Status sealed = commit_->Seal(made.list); !sealed.ok()) {
    (void)commit_->GiveUp();
    return sealed;
  }
  events_.Emit(PublishingBegan{Steps(made.list)});
  publish_.stepped = [this] { events_.Emit(Advanced{.files = 1}); };
  const auto published = commit_->Publish();
  if (!published.ok()) {
    events_.Emit(
        Warning{"it ended while publishing: some partitions are compacted, and rows of "
                "others may be there twice until a run, or pqpack recover " +
                root().ToString() + Also() + ", has completed it"});
    return published.status();
  }
  *deleted = published->removed;
  for (const GroupFailure& failure : published->failed) {
    partitions_[made.partition_of[failure.group]].status = failure.why;
  }
  for (const ObjectId& changed : published->changed) MarkChanged(plan_, changed, &partitions_);
  if (options_.deletes()) LookForStaleSummaries(made.partition_of);
  return Status::OK();
}

// `published`: partitions.
void CompactionSite::LookForStaleSummaries(const std::vector<size_t>& published) {
  std::vector<Uri> folders = {plan_.table.location};
  for (const size_t i : published) {
    const Uri& location = plan_.partitions[i].partition.location;
    if (location != folders.back()) folders.push_back(location);
  }
  WarnOfStaleSummaries(folders, commit_store_, publish_.executor, publish_.width, events_);
}

// What `pqpack recover` has to be told besides the root.
std::string CompactionSite::Also() const {
  std::string text;
  for (const Uri& place : publish_.allowed) {
    if (!Contains(root(), place)) text += " --also " + place.ToString();
  }
  return text;
}

}  // namespace pqpack
