// SPDX-License-Identifier: Apache-2.0
//
// Counts what happens to the files of a run and tells the event sink.
// Thread-safe.
#pragma once

#include <atomic>
#include <mutex>
#include <stop_token>
#include <vector>

#include "base/events.h"
#include "plan/repack_task.h"
#include "run/repack.h"
#include "run/workers.h"
#include "scan/paired_listing.h"

namespace pqpack {

class Tally {
 public:
  Tally(EventSink& events, RepackSummary* summary, std::stop_token stop, int workers);

  // A page of the listing, this run's share of it.
  void Found(const std::vector<PairedObject>& page);
  void Queued(const RepackTask& task);
  void Skipped(const RepackTask& task);
  void Finished(const RepackTask& task, const Result<FileDone>& done);
  void Finished(const RepackTask& task, const Result<FilePlanned>& planned);
  void OtherObjects(int64_t count);
  void ListingDone();

  bool listing_ended() const { return listing_ended_; }

  // True when the run stops instead of failing each file that is left (Patience).
  bool fatal() const { return fatal_; }

  // What Repack() returns: the fatal error, kCancelled, or OK.
  Status Outcome() const;

 private:
  void Failed(const RepackTask& task, const Status& error);
  void CountLevel(int level, int64_t bytes);
  void EndWith(const Status& error);

  EventSink& events_;
  mutable std::mutex mutex_;
  RepackSummary& summary_;
  const std::stop_token stop_;
  Patience patience_;
  int64_t queued_files_ = 0;
  int64_t queued_bytes_ = 0;
  Status fatal_error_;
  std::atomic<bool> fatal_{false};
  std::atomic<bool> listing_ended_{false};
};

}  // namespace pqpack
