// SPDX-License-Identifier: Apache-2.0
#include "run/compaction_site.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "commit/clean.h"
#include "commit/find_runs.h"
#include "commit/table_flags.h"
#include "run/catalog_changes.h"
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
               .stop = stop_,
               .catalog = &catalog} {
  if (options.publish == PublishMode::kMove) publish_.allowed = {options.moved_from};
}

CompactionSite::~CompactionSite() {
  if (other_lock_ == nullptr) return;
  other_lock_.reset();
  RemoveEmptyFolders({other(), locker()});
}

const Uri& CompactionSite::other() const {
  return options_.publish == PublishMode::kMove ? options_.moved_from : options_.destination;
}

void CompactionSite::SetPlan(CompactPlan plan) {
  plan_ = std::move(plan);
  publish_.allowed = {plan_.table.location};
  partitions_.clear();
  std::vector<std::string> left_out = LeftOut(plan_, options_);
  for (size_t i = 0; i < plan_.partitions.size(); ++i) {
    partitions_.push_back(Untouched(plan_.partitions[i]));
    partitions_.back().skip_reason = std::move(left_out[i]);
    const Uri& location = plan_.partitions[i].partition.location;  // a catalog may have it anywhere
    if (!Contains(plan_.table.location, location) &&
        !LiesAtDestination(options_, plan_.partitions[i].partition)) {
      publish_.allowed.push_back(location);
    }
  }
}

bool CompactionSite::Idle() const {
  return std::ranges::all_of(partitions_,
                             [](const PartitionDone& done) { return !done.skip_reason.empty(); });
}

bool CompactionSite::MovedBefore() const {
  return options_.publish == PublishMode::kCatalogMove &&
         plan_.table.location == options_.destination && Idle();
}

Status CompactionSite::CheckMoved() const {
  const auto found = FindRuns(commit_store_, options_.destination);
  if (CodeOf(found.status()) == ErrorCode::kNotFound) return Status::OK();
  PQ_RETURN_NOT_OK(found.status());
  for (const FoundRun& run : found->runs) {
    if (run.kept_at) return run.unreadable;
  }
  return Status::OK();
}

Status CompactionSite::ChooseDestination() {
  if (options_.publish != PublishMode::kSwap) return Status::OK();
  PQ_ASSIGN(options_.destination, SwapPlace(plan_.table.location, options_.run));
  return Status::OK();
}

Status CompactionSite::CheckPlaces() {
  if (options_.leads()) {
    PQ_RETURN_NOT_OK(CheckCatalogLeads(plan_.table));
    PQ_RETURN_NOT_OK(ChooseDestination());
  }
  if (MovedBefore()) return Status::OK();
  if (options_.elsewhere()) {
    PQ_RETURN_NOT_OK(CheckDestination(options_.destination, publish_.allowed));
  }
  if (options_.deletes() || options_.leads()) {
    PQ_RETURN_NOT_OK(catalog_.CheckExclusive(LedPlaces()));
    if (plan_.table.location.scheme == Scheme::kLocal) PQ_RETURN_NOT_OK(CheckLinks());
  }
  // The root is the table.
  if (options_.publish == PublishMode::kCatalogMove) {
    publish_.allowed.push_back(options_.destination);
  }
  return Status::OK();
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
  if (options_.deletes() && options_.elsewhere()) places.push_back(other());
  return HasRuns(commit_store_, places);
}

std::vector<Uri> CompactionSite::LedPlaces() const {
  std::vector<Uri> places;
  if (!options_.leads()) return places;
  for (const PartitionPlan& partition : plan_.partitions) {
    if (partition.files() == 0 || LiesAtDestination(options_, partition.partition)) continue;
    places.push_back(options_.destination.Child(partition.partition.folder));
  }
  return places;
}

std::optional<Uri> CompactionSite::LedTo() const {
  if (!options_.leads()) return std::nullopt;
  return options_.destination;
}

Status CompactionSite::Begin() {
  PQ_ASSIGN(commit_, CompactionRun::Begin({.folder = {root(), options_.run},
                                           .mode = options_.publish,
                                           .lock = options_.lock,
                                           .attempt = options_.attempt,
                                           .table = options_.leads() ? plan_.table.name : "",
                                           .catalog_id = plan_.table.catalog_id,
                                           .destination = LedTo()},
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
  // The place of a swap has a name that no other run has.
  if (!options_.deletes() || !options_.elsewhere()) return Status::OK();
  PQ_ASSIGN(const bool there, LookAtOther());
  if (!there) return Status::OK();
  const RunFolder folder{other(), locker()};
  PQ_ASSIGN(other_lock_, RunLock::Take(commit_store_, folder, options_.lock));
  // Whoever came in between has looked for this lock, or is seen now.
  PQ_RETURN_NOT_OK(LookAtOther().status());
  // A catalog's move has its signpost there.
  if (options_.leads()) return Status::OK();
  PQ_RETURN_NOT_OK(CheckNoRunAbove(commit_store_, other(), root()));
  return AbandonRuns(other(), commit_store_, events_);
}

// False: there is no such place.
Result<bool> CompactionSite::LookAtOther() {
  const auto found = FindRuns(commit_store_, other());
  if (CodeOf(found.status()) == ErrorCode::kNotFound) return false;
  PQ_RETURN_NOT_OK(found.status());
  const bool others = std::ranges::any_of(
      found->runs, [&](const FoundRun& run) { return run.run != options_.run; });
  if (!others) return true;
  const std::string place = other().ToString();
  return Error(ErrorCode::kAlreadyExists, place + ": a run is at work there, or has died",
               "Wait for its end, or run pqpack recover " + place + ".");
}

Status CompactionSite::LookAtPlaces() {
  if (!options_.elsewhere()) return Status::OK();
  if (options_.leads()) return LookAtDestination();
  PQ_RETURN_NOT_OK(CheckNotPublishing());
  return LookAtDestination();
}

Status CompactionSite::CheckNotPublishing() const {
  return pqpack::CheckNotPublishing(store_, plan_.table.location, publish_.allowed);
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
    const std::string what =
        options_.leads() ? "the catalog may lead some partitions to the new place, and others not "
                           "yet: who asks it sees each row once. Run again, or pqpack recover "
                         : "some partitions are compacted, and rows of others may be there twice "
                           "until a run, or pqpack recover ";
    events_.Emit(Warning{"it ended while publishing: " + what + root().ToString() + Also() +
                         (options_.leads() ? ", completes it" : ", has completed it")});
    return published.status();
  }
  *deleted = published->removed;
  TellOfLeading(*published);
  for (const GroupFailure& failure : published->failed) {
    if (failure.group >= made.partition_of.size()) {
      events_.Emit(Warning{"the table's own location stays: " + failure.why.message()});
      continue;
    }
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
    if (!partitions_[i].status.ok()) continue;
    const Uri& location = plan_.partitions[i].partition.location;
    if (location != folders.back()) folders.push_back(location);
  }
  WarnOfStaleSummaries(folders, commit_store_, publish_.executor, publish_.width, events_);
}

void CompactionSite::TellOfLeading(const PublishReport& published) {
  if (!options_.leads()) return;
  const std::string old = plan_.table.location.ToString();
  if (published.late > 0) {
    events_.Emit(Warning{
        fmt::format("{} that arrived meanwhile were copied to {}; their originals stay at {}",
                    published.late == 1 ? "1 file" : fmt::format("{} files", published.late),
                    options_.destination.ToString(), old)});
  }
  events_.Emit(
      Warning{"writers that have the old locations fixed and do not ask the catalog keep "
              "writing there, where nobody reads"});
  if (options_.publish != PublishMode::kSwap) return;
  events_.Emit(Warning{"the originals are still at " + old +
                       "; to lead the catalog back: pqpack undo " + old + " " + options_.run +
                       Also()});
}

// What `pqpack recover` and `undo` have to be told besides the root.
std::string CompactionSite::Also() const {
  std::string text;
  for (const Uri& place : publish_.allowed) {
    if (!Contains(root(), place)) text += " --also " + place.ToString();
  }
  const CatalogTable& table = plan_.table;
  return options_.leads() ? text + TableFlags(table.name, table.catalog_id) : text;
}

}  // namespace pqpack
