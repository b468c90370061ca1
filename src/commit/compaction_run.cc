// SPDX-License-Identifier: Apache-2.0
#include "commit/compaction_run.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "catalog/partition_path.h"
#include "commit/clean.h"
#include "commit/find_runs.h"
#include "commit/probe_store.h"
#include "commit/record.h"
#include "commit/signpost.h"
#include "store/real_place.h"
#include "store/sha256.h"

namespace pqpack {
namespace {

Status CheckConditions(const StoreConditions& conditions, PublishMode mode, const Uri& root,
                       EventSink& events) {
  if (conditions.all()) return Status::OK();
  if (mode != PublishMode::kCopy) {
    return Error(ErrorCode::kConfig,
                 root.ToString() + ": the store ignores " + conditions.Missing() +
                     ", so no original can be deleted safely",
                 "Write a copy with --target_s3_path, or use a store that honours conditions.");
  }
  if (!conditions.creates_if_absent || !conditions.replaces_if_match) {
    events.Emit(Warning{root.ToString() + ": the store ignores " + conditions.Missing() +
                        ": nothing keeps a second run from the same target"});
  }
  return Status::OK();
}

// Folders above the place itself, by whatever link it was come to; the nearest first.
Result<std::vector<Uri>> Above(const Uri& root) {
  PQ_ASSIGN(const Uri place, RealPlace(root));
  std::vector<Uri> all;
  for (Uri above = place.AsFolder(); above.key.size() > 1;) {
    above.key.pop_back();
    above = above.Folder();
    all.push_back(above);
  }
  return all;
}

// Nothing where the place is not there, or may not be looked at: then it is not compacted either.
Result<std::optional<FoundRuns>> RunsAt(ObjectStore& store, const Uri& place) {
  auto found = FindRuns(store, place);
  const ErrorCode code = CodeOf(found.status());
  if (found.ok()) return *std::move(found);
  if (code == ErrorCode::kNotFound || code == ErrorCode::kDenied) return std::nullopt;
  return found.status();
}

bool HasJournal(const FoundRun& run) { return run.state || !run.unreadable.ok(); }

// What is kept at `root` is under our own lock, and a signpost of a run that has ended says
// nothing.
Status CheckNoRunAt(ObjectStore& store, const Uri& place, const Uri& of, const Uri& root) {
  PQ_ASSIGN(auto found, RunsAt(store, place));
  if (!found) return Status::OK();
  std::erase_if(found->runs, [&](const FoundRun& run) {
    return run.kept_at == root || (run.kept_at && HasEnded(store, *run.kept_at, {place, run.run}));
  });
  for (const FoundRun& run : found->runs) {
    if (run.kept_at) return run.unreadable;
  }
  // A dead one's lock by itself is what a move leaves that was recovered at its other end.
  const bool locked =
      found->lock && LifeOf(*found->lock, std::chrono::system_clock::now()) == Life::kAlive;
  if (!locked && std::ranges::none_of(found->runs, HasJournal)) return Status::OK();
  return Error(ErrorCode::kAlreadyExists,
               place.ToString() + ": a compaction of what contains " + of.ToString() +
                   " is at work, or has died",
               "Wait for its end, or run pqpack recover " + place.ToString() + ".");
}

// Where others may be at work on `place`, a partition outside of the root: above it, and where we
// announce ourselves.  What is below is found by listing it.
Result<std::vector<Uri>> Around(const Uri& place) {
  PQ_ASSIGN(std::vector<Uri> all, Above(place));
  if (AboveKeys(place) == place) all.push_back(place);
  return all;
}

// Whom a catalog's run would work beside, outside of the root, where our lock says nothing.  One
// that died there may have left rows double.
Status CheckNoRunAround(const PublishContext& context, const std::vector<Uri>& outside,
                        const Uri& root) {
  std::map<Uri, const Uri*> places;  // where to look, and because of what
  for (const Uri& place : outside) {
    PQ_ASSIGN(const std::vector<Uri> all, Around(place));
    for (const Uri& around : all) places.emplace(around, &place);
  }
  const std::vector<std::pair<Uri, const Uri*>> all(places.begin(), places.end());
  return context.executor.ForEach(static_cast<int64_t>(all.size()), context.width, [&](int64_t i) {
    const auto& [place, of] = all[static_cast<size_t>(i)];
    return CheckNoRunAt(context.store, place, *of, root);
  });
}

// A run by a catalog may have come to announce itself here since we looked for dead ones.
Status CheckNoSignpostAt(ObjectStore& store, const RunFolder& own) {
  const Uri& root = own.root;
  PQ_ASSIGN(const auto runs, ListRuns(store, root, RunsFolder(root)));
  for (const auto& [run, objects] : runs) {
    if (run != own.run) PQ_RETURN_NOT_OK(Journal::Load(store, {root, run}).status());
  }
  return Status::OK();
}

}  // namespace

Result<std::unique_ptr<CompactionRun>> CompactionRun::Begin(const CompactionRunOptions& options,
                                                            const PublishContext& context,
                                                            EventSink& events) {
  std::unique_ptr<CompactionRun> run(new CompactionRun(options, context, events));
  const Status started = run->Start(options);
  if (!started.ok()) run->RemoveEmpty();
  PQ_RETURN_NOT_OK(started);
  return run;
}

Status CompactionRun::Start(const CompactionRunOptions& options) {
  ObjectStore& store = context_.store;
  PQ_ASSIGN(lock_, RunLock::Take(store, lock_folder_, options.lock));
  // Behind the lock: whoever has it removes what others have below their folders.
  PQ_ASSIGN(const auto conditions, ProbeConditions(store, lock_folder_));
  PQ_RETURN_NOT_OK(CheckConditions(conditions, options.mode, folder_.root, events_));
  PQ_ASSIGN(recovered_, RecoverDeadRuns(*lock_, context_, events_));
  PQ_ASSIGN(journal_, Journal::Begin(store, folder_,
                                     {.mode = options.mode,
                                      .attempt = options.attempt,
                                      .table = options.table,
                                      .catalog_id = options.catalog_id,
                                      .destination = options.destination,
                                      .signposts = SignpostPlaces(Outside())}));
  const Status alone = Announce();
  if (!alone.ok()) (void)GiveUp();
  return alone;
}

CompactionRun::~CompactionRun() = default;

std::vector<Uri> CompactionRun::Outside() const {
  std::vector<Uri> outside;
  // What a copy reads is pinned, and a move by paths has the lock of where it deletes.
  if (mode_ != PublishMode::kInPlace && !LeadsCatalog(mode_)) return outside;
  for (const Uri& place : context_.allowed) {
    const bool is_target = destination_ && Contains(*destination_, place);
    if (!is_target && !Contains(folder_.root, place)) outside.push_back(place);
  }
  return outside;
}

// First all that others find us by is written, then it is looked for theirs: see signpost.h.
Status CompactionRun::Announce() {
  ObjectStore& store = context_.store;
  PQ_RETURN_NOT_OK(PutSignposts(*journal_, context_));
  PQ_RETURN_NOT_OK(CheckNoSignpostAt(store, folder_));
  PQ_RETURN_NOT_OK(CheckNoRunAbove(store, folder_.root, folder_.root));
  if (destination_) PQ_RETURN_NOT_OK(CheckNoRunAbove(store, *destination_, folder_.root));
  return CheckNoRunAround(context_, Outside(), folder_.root);
}

Result<bool> CompactionRun::AnnounceMore() {
  const std::vector<Uri> places = SignpostPlaces(Outside());
  const std::vector<Uri>& announced = journal_->state().signposts;
  if (std::ranges::includes(announced, places)) return false;
  std::vector<Uri> all;
  std::ranges::set_union(announced, places, std::back_inserter(all));
  PQ_RETURN_NOT_OK(journal_->Announce(std::move(all)));
  PQ_RETURN_NOT_OK(Announce());
  return true;
}

const RecoveredRun* CompactionRun::recovered_own() const {
  const auto found = std::ranges::find(recovered_, folder_.run, &RecoveredRun::run);
  return found == recovered_.end() ? nullptr : &*found;
}

void CompactionRun::RemoveEmpty() const {
  RemoveEmptyFolders(folder_);
  RemoveEmptyFolders(lock_folder_);
}

Status CompactionRun::Seal(const PublishList& list) {
  // What recovery would not accept must not get that far.
  const Status right = CheckPublishList(list, folder_, context_.allowed);
  if (!right.ok()) return Error(ErrorCode::kInternal, right.message());
  PQ_RETURN_NOT_OK(CheckNamesAreFree(list, context_));
  const std::string text = ToJson(list);
  PQ_RETURN_NOT_OK(
      WriteText(context_.store, folder_.list(), text, {WriteCondition::kIfAbsent, {}}).status());
  PQ_RETURN_NOT_OK(lock_->Renew());
  return journal_->Advance(Phase::kPublishing, Sha256Hex(AsBytes(text)));
}

Result<PublishReport> CompactionRun::Publish() {
  auto report = RollForward(*journal_, context_, events_, *lock_, /*recovering=*/false);
  if (!report.ok()) {
    // Somebody who recovers this run is the reason for whatever else went wrong.
    const Status ours = lock_->Renew();
    return CodeOf(ours) == ErrorCode::kSourceChanged ? ours : report.status();
  }
  PQ_RETURN_NOT_OK(lock_->Release());
  RemoveEmpty();
  return report;
}

Status CompactionRun::RemovePlanned() {
  return pqpack::RemovePlanned(folder_, context_, events_, [&] { return lock_->Check(); });
}

Status CompactionRun::GiveUp() {
  PQ_RETURN_NOT_OK(RollBack(*journal_, context_, events_, *lock_));
  PQ_RETURN_NOT_OK(lock_->Release());
  RemoveEmpty();
  return Status::OK();
}

// Two that publish in the same files under locks of two places would double their rows.  Whoever
// is above finds us by what we have below `_pqpack/` (catalog/visible_objects.h).
Status CheckNoRunAbove(ObjectStore& store, const Uri& place, const Uri& root) {
  PQ_ASSIGN(const std::vector<Uri> all, Above(place));
  for (const Uri& above : all) PQ_RETURN_NOT_OK(CheckNoRunAt(store, above, place, root));
  return Status::OK();
}

namespace {

// How far the run is whose folder, or whose signpost, was found; nullopt: it has no journal.
Result<std::optional<Phase>> PhaseOf(ObjectStore& store, const FoundRun& run) {
  if (run.kept_at) {
    const auto journal = Journal::Load(store, {*run.kept_at, run.run});
    if (CodeOf(journal.status()) == ErrorCode::kDenied) return run.unreadable;
    PQ_RETURN_NOT_OK(journal.status());
    if (!*journal) return std::nullopt;
    return (*journal)->state().phase;
  }
  PQ_RETURN_NOT_OK(run.unreadable);
  if (!run.state) return std::nullopt;
  return run.state->phase;
}

Status CheckNotPublishingAt(ObjectStore& store, const Uri& place) {
  PQ_ASSIGN(const auto found, RunsAt(store, place));
  if (!found) return Status::OK();
  for (const FoundRun& run : found->runs) {
    PQ_ASSIGN(const auto phase, PhaseOf(store, run));
    // Of one that leads a catalog from here, or to here, files are under way then, too.
    const bool switching = run.kept_at && phase == Phase::kSwitching;
    if (phase != Phase::kPublishing && !switching) continue;
    const std::string at = run.kept_at.value_or(place).ToString();
    return Error(ErrorCode::kSourceChanged,
                 place.ToString() + ": run " + run.run +
                     " is publishing here, or died doing so: rows may be double just now",
                 "Wait for it to end, or run pqpack recover " + at + "; then run again.");
  }
  return Status::OK();
}

}  // namespace

Status CheckNotPublishing(ObjectStore& store, const Uri& table, const std::vector<Uri>& others) {
  PQ_ASSIGN(std::vector<Uri> places, Above(table));
  places.push_back(table);
  for (const Uri& other : others) {
    if (Contains(table, other)) continue;
    PQ_ASSIGN(const std::vector<Uri> around, Around(other));
    places.insert(places.end(), around.begin(), around.end());
  }
  const std::set<Uri> once(places.begin(), places.end());
  for (const Uri& place : once) PQ_RETURN_NOT_OK(CheckNotPublishingAt(store, place));
  return Status::OK();
}

}  // namespace pqpack
