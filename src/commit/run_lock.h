// SPDX-License-Identifier: Apache-2.0
//
// The lock object that keeps two runs on one table apart.  Whoever holds it, is the one live run
// there: all others are dead.  It is renewed while its owner lives; a lock is dead if its process
// is gone from this machine, or if it was not renewed for LockTimes::dead_after by the store's
// clock.  A dead one is taken over by compare-and-swap, so by exactly one.
//
// The lock alone is no fence: its owner may be paused between a look at it and what follows.
// The fence is the journal (journal.h); the lock keeps such an owner from going on for long.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "commit/process_identity.h"
#include "commit/run_folder.h"
#include "store/object_store.h"

namespace pqpack {

struct LockHolder {
  std::string run;
  ProcessIdentity process;
  TimePoint renewed;  // by the store's clock
};

struct LockOptions {
  ProcessIdentity process = ThisProcess();
  std::function<bool(const ProcessIdentity&)> is_gone = IsGone;
  // Time since some moment, that of a suspended machine included.
  std::function<std::chrono::nanoseconds()> uptime;  // absent: CLOCK_BOOTTIME
  std::chrono::seconds dead_after = std::chrono::minutes(10);
  std::chrono::milliseconds renew_every = std::chrono::minutes(1);  // 0: by nobody but Check()
};

// Who holds the lock of `root`; nullopt: nobody.  kCorrupt, kUnsupported.
Result<std::optional<LockHolder>> FindLock(ObjectStore& store, const Uri& root);

// Thread-safe.
class RunLock {
 public:
  // `store` is borrowed.  kAlreadyExists: a live run has it, named with its host, process and age.
  static Result<std::unique_ptr<RunLock>> Take(ObjectStore& store, RunFolder folder,
                                               LockOptions options);
  // Releases, as far as that goes.
  ~RunLock();
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;

  // kSourceChanged: taken over by somebody who takes this run for dead; then for good.
  Status Renew();

  // Asks the store only where the last renewal is long ago: for each step that readers see.
  Status Check();

  // Removes the lock if it is still ours.
  Status Release();

  const RunFolder& folder() const { return folder_; }

  // The dead run whose lock this was.
  const std::optional<LockHolder>& taken_from() const { return taken_from_; }

 private:
  RunLock(ObjectStore* store, RunFolder folder, LockOptions options);
  Status TakeOnce(bool* taken);
  Status TakeOver(const ObjectInfo& info, const LockHolder& holder, bool* taken);
  Result<bool> IsDead(const LockHolder& holder, std::chrono::nanoseconds* age);
  std::string NextText();
  Status RenewLocked();
  Status FindOurs();
  void KeepRenewing(const std::stop_token& stop);

  ObjectStore* const store_;
  const RunFolder folder_;
  const LockOptions options_;
  std::optional<LockHolder> taken_from_;
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  int64_t renewals_ = 0;
  std::string etag_;
  std::chrono::nanoseconds renewed_at_{};  // by uptime
  bool released_ = false;
  Status lost_;
  std::jthread renewer_;
};

}  // namespace pqpack
