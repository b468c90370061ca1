// SPDX-License-Identifier: Apache-2.0
#include "commit/find_runs.h"

#include <algorithm>
#include <utility>

#include "commit/clean.h"
#include "commit/signpost.h"
#include "commit/swap_record.h"

namespace pqpack {

namespace {

// By what it holds, not by what the store says of it.
bool IsUnreadable(const Status& status) {
  const ErrorCode code = CodeOf(status);
  return !status.ok() && (code == ErrorCode::kCorrupt || code == ErrorCode::kUnsupported ||
                          code == ErrorCode::kAlreadyExists || code == ErrorCode::kTooLarge);
}

// Who commits a plan has the lock in the name of this attempt.
bool Holds(const LockHolder& lock, const FoundRun& run) {
  return lock.run == run.run ||
         (run.state && !run.state->attempt.empty() && lock.run == run.state->attempt);
}

}  // namespace

std::string_view ToString(Life life) {
  switch (life) {
    case Life::kAlive:
      return "alive";
    case Life::kOverdue:
      return "overdue";
    case Life::kGone:
      break;
  }
  return "dead";
}

Life LifeOf(const LockHolder& holder, TimePoint now) {
  if (IsGone(holder.process)) return Life::kGone;
  return now - holder.renewed > LockOptions().dead_after ? Life::kOverdue : Life::kAlive;
}

Result<std::vector<FoundPlan>> FindPlans(ObjectStore& store, const Uri& root) {
  PQ_ASSIGN(const auto plans, ListRuns(store, root, PlansFolder(root)));
  std::vector<FoundPlan> found;
  for (const auto& [name, objects] : plans) {
    const RunFolder folder{root, name};
    FoundPlan plan{.run = name, .modified = {}};
    for (const auto& object : objects) {
      plan.modified = std::max(plan.modified, object.modified);
      if (Contains(folder.plan_receipts(), object.uri)) ++plan.receipts;
      if (!Contains(folder.plan_staged_folder(), object.uri)) continue;
      ++plan.files;
      plan.bytes += object.size;
    }
    found.push_back(std::move(plan));
  }
  return found;
}

Result<FoundRuns> FindRuns(ObjectStore& store, const Uri& root) {
  FoundRuns found;
  PQ_ASSIGN(const auto runs, ListRuns(store, root, RunsFolder(root)));
  for (const auto& [name, objects] : runs) {
    const RunFolder folder{root, name};
    FoundRun run{.run = name, .state = {}, .unreadable = {}, .kept_at = {}, .modified = {}};
    for (const auto& object : objects) {
      run.modified = std::max(run.modified, object.modified);
      if (!Contains(folder.staged_folder(), object.uri)) continue;
      ++run.files;
      run.bytes += object.size;
    }
    auto journal = Journal::Load(store, folder);
    if (IsUnreadable(journal.status())) {
      run.unreadable = journal.status();
      PQ_ASSIGN(run.kept_at, FindSignpost(store, folder));
    } else if (!journal.ok()) {
      return journal.status();
    } else if (*journal) {
      run.state = (*journal)->state();
    }
    found.runs.push_back(std::move(run));
  }
  PQ_ASSIGN(found.lock, FindLock(store, root));
  for (FoundRun& run : found.runs) run.locked = found.lock && Holds(*found.lock, run);
  return found;
}

Result<std::vector<FoundSwap>> FindSwaps(ObjectStore& store, const Uri& root) {
  std::vector<FoundSwap> swaps;
  auto listing = store.List(SwapsFolder(root));
  if (CodeOf(listing.status()) == ErrorCode::kNotFound) return swaps;
  PQ_RETURN_NOT_OK(listing.status());
  while (true) {
    PQ_ASSIGN(const auto page, (*listing)->Next());
    if (page.empty()) return swaps;
    for (const ObjectInfo& object : page) {
      const std::string_view name = object.uri.Name();
      const RunFolder folder{root, std::string(name.substr(0, name.find('.')))};
      if (!IsRunId(folder.run) || object.uri != folder.swap_record()) continue;
      auto record = LoadSwapRecord(store, folder);
      if (!record.ok() && !IsUnreadable(record.status())) return record.status();
      FoundSwap swap{folder.run, {}, 0, object.modified, record.status()};
      if (record.ok()) {
        if (!*record) continue;  // undone meanwhile
        swap.table = (*record)->table;
        swap.places = static_cast<int64_t>((*record)->places.size());
      }
      swaps.push_back(std::move(swap));
    }
  }
}

}  // namespace pqpack
