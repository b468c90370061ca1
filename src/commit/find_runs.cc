// SPDX-License-Identifier: Apache-2.0
#include "commit/find_runs.h"

#include <algorithm>
#include <utility>

#include "commit/clean.h"

namespace pqpack {

namespace {

// By what it holds, not by what the store says of it.
bool IsUnreadable(const Status& status) {
  const ErrorCode code = CodeOf(status);
  return !status.ok() && (code == ErrorCode::kCorrupt || code == ErrorCode::kUnsupported ||
                          code == ErrorCode::kTooLarge);
}

}  // namespace

Result<FoundRuns> FindRuns(ObjectStore& store, const Uri& root) {
  FoundRuns found;
  PQ_ASSIGN(const auto runs, ListRuns(store, root));
  for (const auto& [name, objects] : runs) {
    const RunFolder folder{root, name};
    FoundRun run{.run = name, .state = {}, .unreadable = {}, .modified = {}};
    for (const auto& object : objects) {
      run.modified = std::max(run.modified, object.modified);
      if (!Contains(folder.staged_folder(), object.uri)) continue;
      ++run.files;
      run.bytes += object.size;
    }
    auto journal = Journal::Load(store, folder);
    if (IsUnreadable(journal.status())) {
      run.unreadable = journal.status();
    } else if (!journal.ok()) {
      return journal.status();
    } else if (*journal) {
      run.state = (*journal)->state();
    }
    found.runs.push_back(std::move(run));
  }
  PQ_ASSIGN(found.lock, FindLock(store, root));
  return found;
}

}  // namespace pqpack
