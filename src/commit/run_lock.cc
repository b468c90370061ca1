// SPDX-License-Identifier: Apache-2.0
#include "commit/run_lock.h"

#include <fmt/format.h>

#include <ctime>
#include <utility>

#include "commit/probe_store.h"
#include "commit/record.h"

namespace pqpack {
namespace {

constexpr std::string_view kKind = "pqpack lock";
constexpr int kTries = 5;

std::chrono::nanoseconds BootTime() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

std::string TextOfLock(const std::string& run, const ProcessIdentity& process, int64_t renewals) {
  Record record = NewRecord(kKind);
  record["run"] = run;
  record["host"] = process.host;
  record["boot"] = process.boot;
  record["pid_space"] = process.pid_space;
  record["pid"] = process.pid;
  record["started"] = process.started;
  // Two renewals must not be the same bytes: S3's ETag would be the same, too.
  record["renewals"] = renewals;
  return ToLine(record);
}

Result<LockHolder> ParseLock(const StoredText& stored) {
  const std::string where = stored.info.uri.ToString();
  PQ_ASSIGN(const Record record, ParseRecord(stored.text, kKind, where));
  LockHolder holder;
  PQ_ASSIGN(holder.run, TextOf(record, "run", where));
  PQ_ASSIGN(holder.process.host, TextOf(record, "host", where));
  PQ_ASSIGN(holder.process.boot, TextOf(record, "boot", where));
  PQ_ASSIGN(holder.process.pid_space, TextOf(record, "pid_space", where));
  PQ_ASSIGN(holder.process.pid, NumberOf(record, "pid", where));
  PQ_ASSIGN(holder.process.started, TextOf(record, "started", where));
  holder.renewed = stored.info.modified;
  return holder;
}

int64_t Seconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration_cast<std::chrono::seconds>(duration).count();
}

Status HeldBy(const Uri& root, const LockHolder& holder, std::chrono::nanoseconds age,
              std::chrono::seconds dead_after) {
  return Error(
      ErrorCode::kAlreadyExists,
      fmt::format("{}: another run is at work: {} on host {}, process {}, seen {} s ago",
                  root.ToString(), holder.run, holder.process.host, holder.process.pid,
                  Seconds(age)),
      fmt::format("Wait for it to end, then run again. A run that is not seen for {} s is dead.",
                  dead_after.count()));
}

bool IsConflict(const Status& status) {
  const ErrorCode code = CodeOf(status);
  return code == ErrorCode::kSourceChanged || code == ErrorCode::kNotFound;
}

}  // namespace

Result<std::optional<LockHolder>> FindLock(ObjectStore& store, const Uri& root) {
  PQ_ASSIGN(const auto stored, ReadText(store, LockName(root), kMostRecordBytes));
  if (!stored) return std::nullopt;
  return ParseLock(*stored);
}

RunLock::RunLock(ObjectStore* store, RunFolder folder, LockOptions options)
    : store_(store), folder_(std::move(folder)), options_(std::move(options)) {}

RunLock::~RunLock() { (void)Release(); }

Result<std::unique_ptr<RunLock>> RunLock::Take(ObjectStore& store, RunFolder folder,
                                               LockOptions options) {
  if (!options.uptime) options.uptime = BootTime;
  std::unique_ptr<RunLock> lock(new RunLock(&store, std::move(folder), std::move(options)));
  bool taken = false;
  for (int left = kTries; !taken; --left) {
    if (left == 0) {
      return Error(ErrorCode::kAlreadyExists,
                   LockName(lock->folder_.root).ToString() + ": several runs want this lock",
                   "Run again.");
    }
    PQ_RETURN_NOT_OK(lock->TakeOnce(&taken));
  }
  if (lock->options_.renew_every.count() > 0) {
    lock->renewer_ =
        std::jthread([raw = lock.get()](const std::stop_token& stop) { raw->KeepRenewing(stop); });
  }
  return lock;
}

std::string RunLock::NextText() { return TextOfLock(folder_.run, options_.process, renewals_++); }

// Not taken and no error: somebody else was faster, look again.
Status RunLock::TakeOnce(bool* taken) {
  const Uri name = LockName(folder_.root);
  PQ_ASSIGN(const auto stored, ReadText(*store_, name, kMostRecordBytes));
  if (stored) {
    PQ_ASSIGN(const LockHolder holder, ParseLock(*stored));
    return TakeOver(stored->info, holder, taken);
  }
  const auto now = options_.uptime();
  const auto made = WriteText(*store_, name, NextText(), {WriteCondition::kIfAbsent, {}});
  if (CodeOf(made.status()) == ErrorCode::kAlreadyExists) return Status::OK();
  PQ_RETURN_NOT_OK(made.status());
  etag_ = made->etag;
  renewed_at_ = now;
  *taken = true;
  return Status::OK();
}

Status RunLock::TakeOver(const ObjectInfo& info, const LockHolder& holder, bool* taken) {
  std::chrono::nanoseconds age{};
  const auto dead = IsDead(holder, &age);
  // Who has the lock takes this run for a dead one, and has removed what the time was asked with.
  if (!dead.ok() && IsConflict(dead.status())) return Status::OK();
  PQ_RETURN_NOT_OK(dead.status());
  if (!*dead) return HeldBy(folder_.root, holder, age, options_.dead_after);
  const auto now = options_.uptime();
  const auto made = WriteText(*store_, info.uri, NextText(), {WriteCondition::kIfMatch, info.etag});
  if (!made.ok() && IsConflict(made.status())) return Status::OK();
  PQ_RETURN_NOT_OK(made.status());
  etag_ = made->etag;
  renewed_at_ = now;
  taken_from_ = holder;
  *taken = true;
  return Status::OK();
}

Result<bool> RunLock::IsDead(const LockHolder& holder, std::chrono::nanoseconds* age) {
  if (options_.is_gone(holder.process)) return true;
  PQ_ASSIGN(const TimePoint now, StoreTime(*store_, folder_));
  *age = now - holder.renewed;
  return *age > options_.dead_after;
}

Status RunLock::Renew() {
  std::lock_guard lock(mutex_);
  return RenewLocked();
}

Status RunLock::Check() {
  std::lock_guard lock(mutex_);
  PQ_RETURN_NOT_OK(lost_);
  if (options_.uptime() - renewed_at_ <= options_.dead_after / 2) return Status::OK();
  return RenewLocked();
}

Status RunLock::RenewLocked() {
  PQ_RETURN_NOT_OK(lost_);
  const auto now = options_.uptime();
  const Uri name = LockName(folder_.root);
  auto made = WriteText(*store_, name, NextText(), {WriteCondition::kIfMatch, etag_});
  if (!made.ok() && IsConflict(made.status())) {
    // It may have been ourselves, by a renewal whose answer was lost.
    PQ_RETURN_NOT_OK(FindOurs());
    made = WriteText(*store_, name, NextText(), {WriteCondition::kIfMatch, etag_});
  }
  PQ_RETURN_NOT_OK(made.status());
  etag_ = made->etag;
  renewed_at_ = now;
  return Status::OK();
}

Status RunLock::FindOurs() {
  PQ_ASSIGN(const auto stored, ReadText(*store_, LockName(folder_.root), kMostRecordBytes));
  std::string by = "it is gone";
  if (stored) {
    PQ_ASSIGN(const LockHolder holder, ParseLock(*stored));
    etag_ = stored->info.etag;
    if (holder.run == folder_.run) return Status::OK();
    by = "run " + holder.run + " has it";
  }
  lost_ =
      Error(ErrorCode::kSourceChanged,
            fmt::format("{}: the lock of run {} was taken over: {}. This run was taken for dead "
                        "and stops",
                        folder_.root.ToString(), folder_.run, by),
            "Run again.");
  return lost_;
}

Status RunLock::Release() {
  if (renewer_.joinable()) {
    renewer_.request_stop();
    renewer_.join();
  }
  std::lock_guard lock(mutex_);
  if (released_ || !lost_.ok() || etag_.empty()) return Status::OK();
  Status removed = store_->Delete({LockName(folder_.root), etag_});
  if (CodeOf(removed) == ErrorCode::kSourceChanged && FindOurs().ok()) {
    removed = store_->Delete({LockName(folder_.root), etag_});
  }
  released_ = removed.ok();
  return lost_.ok() ? removed : Status::OK();  // somebody else's is theirs
}

void RunLock::KeepRenewing(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  // A failure is met again by the next Check(), which then tells it.
  while (!stopped_.wait_for(lock, stop, options_.renew_every, [] { return false; })) {
    if (stop.stop_requested()) return;
    (void)RenewLocked();
  }
}

}  // namespace pqpack
