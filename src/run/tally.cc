// SPDX-License-Identifier: Apache-2.0
#include "run/tally.h"

namespace pqpack {

Tally::Tally(EventSink& events, RepackSummary* summary, std::stop_token stop, int workers)
    : events_(events), summary_(*summary), stop_(std::move(stop)), patience_(workers) {}

void Tally::Found(const std::vector<PairedObject>& page) {
  FilesFound found;
  for (const auto& pair : page) {
    ++found.files;
    found.bytes += pair.source.size;
  }
  events_.Emit(found);
}

void Tally::Queued(const RepackTask& task) {
  {
    std::lock_guard lock(mutex_);
    ++queued_files_;
    queued_bytes_ += task.source.size;
  }
  events_.Emit(FileQueued{task.source.uri.ToString(), task.source.size});
}

void Tally::Skipped(const RepackTask& task) {
  {
    std::lock_guard lock(mutex_);
    ++summary_.skipped;
    if (task.stale) ++summary_.stale;
  }
  events_.Emit(FileSkipped{task.source.uri.ToString(), task.output.ToString(), task.skip_reason,
                           task.stale, task.source.size});
}

void Tally::Finished(const RepackTask& task, const Result<FileDone>& done) {
  if (!done.ok()) return Failed(task, done.status());
  {
    std::lock_guard lock(mutex_);
    ++summary_.completed;
    patience_.Succeeded();
    if (done->empty) ++summary_.empty;
    CountLevel(done->level, done->bytes_in - done->bytes_decoded);
    summary_.bytes_in += done->bytes_in;
    summary_.bytes_out += done->bytes_out;
    summary_.rows += done->rows;
  }
  events_.Emit(*done);
}

void Tally::Finished(const RepackTask& task, const Result<FilePlanned>& planned) {
  if (!planned.ok()) return Failed(task, planned.status());
  {
    std::lock_guard lock(mutex_);
    ++summary_.completed;
    patience_.Succeeded();
    summary_.bytes_in += planned->bytes_in;
    CountLevel(planned->level, planned->bytes_in - planned->bytes_decoded);
  }
  events_.Emit(*planned);
}

void Tally::CountLevel(int level, int64_t bytes) {
  if (level == 3) return;
  ++summary_.copied;
  summary_.bytes_copied += bytes;
  if (level > 0) return;
  ++summary_.by_store;
  summary_.bytes_by_store += bytes;
}

void Tally::Failed(const RepackTask& task, const Status& error) {
  const ErrorCode code = CodeOf(error);
  // Not this file's fault, if the run was stopped.
  if (code == ErrorCode::kCancelled && stop_.stop_requested()) return;
  {
    std::lock_guard lock(mutex_);
    ++summary_.failed;
    ++summary_.failed_by_code[code];
    if (const auto fatal = patience_.Failed(error)) EndWith(*fatal);
  }
  events_.Emit(FileFailed{task.source.uri.ToString(), error});
}

void Tally::EndWith(const Status& error) {
  if (fatal_) return;
  fatal_error_ = error;
  fatal_ = true;
}

void Tally::OtherObjects(int64_t count) {
  std::lock_guard lock(mutex_);
  summary_.other_objects = count;
}

void Tally::ListingDone() {
  listing_ended_ = true;
  pqpack::ListingDone done;
  {
    std::lock_guard lock(mutex_);
    done = {queued_files_, queued_bytes_};
  }
  events_.Emit(done);
}

Status Tally::Outcome() const {
  std::lock_guard lock(mutex_);
  if (!fatal_error_.ok()) return fatal_error_;
  if (stop_.stop_requested()) return Error(ErrorCode::kCancelled, "stopped before the end");
  return Status::OK();
}

}  // namespace pqpack
