// SPDX-License-Identifier: Apache-2.0
//
// Who recovers may himself be taken for dead, and the dead one may wake up at any time.  So the
// journal is moved on before each thing that the next phase does, and every step may be done by
// several at once.
//
// One who wakes up with a whole output in his hands, after the run has ended, may still publish
// it if the name is free, that is, if a later run has merged that output away meanwhile: its rows
// would be double.  Nothing lets him have such an output: multipart uploads of these names were
// abandoned, what he would copy from is gone, and a local writer keeps others from the name.  What
// remains is one PUT of an object below the size of a part that is held up behind the last look
// at the lock for longer than recovery and a later compaction take.
#include "commit/recover.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "commit/catalog_counters.h"
#include "commit/clean.h"
#include "commit/probe_store.h"
#include "commit/record.h"
#include "commit/relocate.h"
#include "commit/signpost.h"
#include "store/sha256.h"

namespace pqpack {
namespace {

constexpr int64_t kMostListBytes = 4 * kGiB;

// nullopt: there is none any more.
Result<std::optional<PublishList>> LoadList(const Journal& journal, ObjectStore& store) {
  const Uri uri = journal.folder().list();
  PQ_ASSIGN(const auto stored, ReadText(store, uri, kMostListBytes));
  if (!stored) return std::nullopt;
  if (Sha256Hex(AsBytes(stored->text)) != journal.state().list_digest) {
    return Damaged(uri.ToString(), "not the list that was proven");
  }
  return ParsePublishList(stored->text, uri.ToString());
}

Result<PublishReport> PublishProven(Journal& journal, const PublishContext& context,
                                    EventSink& events, const std::function<Status()>& still_ours) {
  PQ_ASSIGN(const auto list, LoadList(journal, context.store));
  if (!list) return Damaged(journal.folder().list().ToString(), "it is missing");
  PQ_ASSIGN(auto report, Publish(*list, journal.folder(), context, still_ours));
  const bool leads = LeadsCatalog(journal.state().mode);
  if (!leads) {
    PQ_RETURN_NOT_OK(CorrectCatalogCounters(*list, report.failed, /*table_led=*/false,
                                            journal.folder(), context, events, still_ours));
  }
  PQ_RETURN_NOT_OK(journal.Advance(leads ? Phase::kSwitching : Phase::kCleaning));
  return report;
}

Status StoreSwap(const Journal& journal, std::vector<SwappedPlace> places, ObjectStore& store) {
  if (journal.state().mode != PublishMode::kSwap || places.empty()) return Status::OK();
  const SwapRecord swap{journal.state().run, journal.state().table, std::move(places)};
  return WriteText(store, journal.folder().swap_record(), ToJson(swap),
                   {WriteCondition::kOverwrite, {}})
      .status();
}

// `report`: of what was published; nullptr: by somebody else.
Result<PublishReport> LeadCatalog(Journal& journal, const PublishReport* report,
                                  const PublishContext& context, EventSink& events,
                                  const std::function<Status()>& still_ours, bool recovering) {
  PQ_ASSIGN(const auto list, LoadList(journal, context.store));
  if (!list) return Damaged(journal.folder().list().ToString(), "it is missing");
  PQ_RETURN_NOT_OK(CheckPublishList(*list, journal.folder(), context.allowed));
  std::vector<GroupFailure> failed;
  if (report != nullptr) failed = report->failed;
  PQ_ASSIGN(auto relocated, Relocate(*list, failed, report == nullptr, context, still_ours));
  if (recovering) {
    // No list has their names.
    std::vector<const Uri*> late;
    late.reserve(relocated.late.size());
    for (const Uri& uri : relocated.late) late.push_back(&uri);
    PQ_RETURN_NOT_OK(AbandonOutputs(late, context, events));
  }
  std::ranges::copy(relocated.report.failed, std::back_inserter(failed));
  PQ_RETURN_NOT_OK(CorrectCatalogCounters(*list, failed, relocated.table_led, journal.folder(),
                                          context, events, still_ours));
  PQ_RETURN_NOT_OK(StoreSwap(journal, std::move(relocated.places), context.store));
  PQ_RETURN_NOT_OK(journal.Advance(Phase::kCleaning));
  return std::move(relocated.report);
}

// Everything of the run but its journal goes; the list last, which says what may be unfinished.
Status Clean(const Journal& journal, const PublishContext& context, EventSink& events,
             const std::function<Status()>& still_ours, bool recovering) {
  const RunFolder& folder = journal.folder();
  std::optional<PublishList> list;
  if (recovering) {
    PQ_ASSIGN(list, LoadList(journal, context.store));
    if (list) PQ_RETURN_NOT_OK(CheckPublishList(*list, folder, context.allowed));
  }
  PQ_RETURN_NOT_OK(RemoveStaged(folder, context, events, still_ours));
  PQ_RETURN_NOT_OK(RemovePlanned(folder, context, events, still_ours));
  if (list) PQ_RETURN_NOT_OK(AbandonOutputs(list->outputs(), context, events));
  return RemoveList(folder, context.store);
}

// Removes a run's folder that has no journal: what a run that ended, or one that was rolled back,
// wrote when it woke up.
Status RemoveRest(const RunFolder& folder, const PublishContext& context, EventSink& events,
                  RunLock& lock) {
  PQ_RETURN_NOT_OK(RemoveStaged(folder, context, events, [&] { return lock.Check(); }));
  PQ_RETURN_NOT_OK(RemoveList(folder, context.store));
  PQ_RETURN_NOT_OK(RemoveStaleSignpost(context.store, folder));
  RemoveEmptyFolders(folder);
  return Status::OK();
}

Result<RecoveredRun> RecoverOnce(const RunFolder& folder, const PublishContext& context,
                                 EventSink& events, RunLock& lock) {
  RecoveredRun recovered{folder.run};
  PQ_ASSIGN(auto journal, Journal::Load(context.store, folder));
  if (!journal) {
    PQ_RETURN_NOT_OK(RemoveRest(folder, context, events, lock));
    return recovered;
  }
  const Phase phase = journal->state().phase;
  if (phase == Phase::kStaging || phase == Phase::kRollingBack) {
    recovered.outcome = RecoveredRun::kRolledBack;
    PQ_RETURN_NOT_OK(RollBack(*journal, context, events, lock));
    return recovered;
  }
  recovered.outcome = RecoveredRun::kCompleted;
  PQ_ASSIGN(recovered.report, RollForward(*journal, context, events, lock, /*recovering=*/true));
  return recovered;
}

// The run's phase; nullopt: it has no journal.
Result<std::optional<Phase>> PhaseOf(const RunFolder& folder, ObjectStore& store) {
  PQ_ASSIGN(const auto journal, Journal::Load(store, folder));
  if (!journal) return std::nullopt;
  return journal->state().phase;
}

// The dead one may wake up and go on while it is recovered: what failed because of that is looked
// at anew.  It can get on a few times only.
Result<RecoveredRun> RecoverRun(const RunFolder& folder, const PublishContext& context,
                                EventSink& events, RunLock& lock) {
  PQ_RETURN_NOT_OK(RemoveStaleSignpost(context.store, folder));
  for (int left = 5;; --left) {
    PQ_ASSIGN(const auto before, PhaseOf(folder, context.store));
    auto recovered = RecoverOnce(folder, context, events, lock);
    if (recovered.ok() || left == 0) return recovered;
    PQ_RETURN_NOT_OK(lock.Renew());
    PQ_ASSIGN(const auto after, PhaseOf(folder, context.store));
    if (after == before) return recovered;
  }
}

// Before anything is changed: kConfig where a run needs a catalog that is not there.
Status CheckCatalogs(const Uri& root, const PublishContext& context) {
  PQ_ASSIGN(const auto runs, ListRuns(context.store, root, RunsFolder(root)));
  for (const auto& [run, objects] : runs) {
    const auto journal = Journal::Load(context.store, {root, run});
    if (journal.ok() && *journal) PQ_RETURN_NOT_OK(CheckCatalog(**journal, context));
  }
  return Status::OK();
}

Result<std::vector<RecoveredRun>> RecoverUnderLock(const RunFolder& folder,
                                                   const LockOptions& options,
                                                   const PublishContext& context,
                                                   EventSink& events) {
  PQ_ASSIGN(const auto lock, RunLock::Take(context.store, folder, options));
  // Behind the lock: whoever has it removes what others have below their folders.
  PQ_ASSIGN(const auto conditions, ProbeConditions(context.store, folder));
  if (!conditions.all()) {
    events.Emit(Warning{folder.root.ToString() + ": the store ignores " + conditions.Missing() +
                        ": see to it that nothing else is at work there"});
  }
  PQ_ASSIGN(auto recovered, RecoverDeadRuns(*lock, context, events));
  PQ_RETURN_NOT_OK(RemoveRest(folder, context, events, *lock));
  PQ_RETURN_NOT_OK(lock->Release());
  return recovered;
}

}  // namespace

std::string_view ToString(RecoveredRun::Outcome outcome) {
  switch (outcome) {
    case RecoveredRun::kRolledBack:
      return "rolled back";
    case RecoveredRun::kCompleted:
      return "completed";
    case RecoveredRun::kRemoved:
      break;
  }
  return "removed";
}

Result<PublishReport> RollForward(Journal& journal, const PublishContext& context,
                                  EventSink& events, RunLock& lock, bool recovering) {
  const auto still_ours = [&] { return lock.Check(); };
  PQ_RETURN_NOT_OK(CheckCatalog(journal, context));
  PublishReport report;
  const bool publishes = journal.state().phase == Phase::kPublishing;
  if (publishes) {
    PQ_ASSIGN(report, PublishProven(journal, context, events, still_ours));
  }
  if (journal.state().phase == Phase::kSwitching) {
    PQ_ASSIGN(auto led, LeadCatalog(journal, publishes ? &report : nullptr, context, events,
                                    still_ours, recovering));
    Add(std::move(led), &report);
  }
  PQ_RETURN_NOT_OK(Clean(journal, context, events, still_ours, recovering));
  PQ_RETURN_NOT_OK(RemoveSignposts(journal, context));
  PQ_RETURN_NOT_OK(journal.Remove());
  RemoveEmptyFolders(journal.folder());
  return report;
}

Status RollBack(Journal& journal, const PublishContext& context, EventSink& events, RunLock& lock) {
  if (journal.state().phase == Phase::kStaging) {
    PQ_RETURN_NOT_OK(journal.Advance(Phase::kRollingBack));
  }
  if (journal.state().phase != Phase::kRollingBack) {
    return Error(ErrorCode::kInternal,
                 journal.folder().uri().ToString() + ": what is proven is not rolled back",
                 "Run pqpack recover.");
  }
  PQ_RETURN_NOT_OK(RemoveStaged(journal.folder(), context, events, [&] { return lock.Check(); }));
  PQ_RETURN_NOT_OK(RemoveList(journal.folder(), context.store));
  PQ_RETURN_NOT_OK(RemoveSignposts(journal, context));
  PQ_RETURN_NOT_OK(journal.Remove());
  RemoveEmptyFolders(journal.folder());
  return Status::OK();
}

Result<std::vector<RecoveredRun>> RecoverDeadRuns(RunLock& lock, const PublishContext& context,
                                                  EventSink& events) {
  std::vector<RecoveredRun> recovered;
  const Uri& root = lock.folder().root;
  PQ_RETURN_NOT_OK(CheckCatalogs(root, context));
  PQ_RETURN_NOT_OK(AbandonRuns(root, context.store, events));
  PQ_ASSIGN(const auto runs, ListRuns(context.store, root, RunsFolder(root)));
  for (const auto& [run, objects] : runs) {
    if (run == lock.folder().run) continue;
    PQ_ASSIGN(auto one, RecoverRun({root, run}, context, events, lock));
    recovered.push_back(std::move(one));
  }
  return recovered;
}

Result<std::vector<RecoveredRun>> Recover(const RunFolder& folder, const LockOptions& options,
                                          const PublishContext& context, EventSink& events) {
  PQ_ASSIGN(const auto runs, ListRuns(context.store, folder.root, RunsFolder(folder.root)));
  PQ_ASSIGN(const auto holder, FindLock(context.store, folder.root));
  if (runs.empty() && !holder) {
    // Nobody was ever at work here, or died with his first object: S3 keeps nothing of that, and
    // there somebody live may just have begun an upload.
    if (folder.root.scheme != Scheme::kS3) {
      PQ_RETURN_NOT_OK(AbandonRuns(folder.root, context.store, events));
    }
    return std::vector<RecoveredRun>{};
  }
  PQ_RETURN_NOT_OK(CheckCatalogs(folder.root, context));
  auto recovered = RecoverUnderLock(folder, options, context, events);
  RemoveEmptyFolders(folder);
  return recovered;
}

}  // namespace pqpack
