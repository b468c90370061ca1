// SPDX-License-Identifier: Apache-2.0
//
// One run of compact, from its lock to its end:
//
//   Begin -> (list, plan, stage, prove) -> Seal -> Publish
//                                      \-> GiveUp
//
// The table must be listed after Begin(): another run that is publishing while it is listed would
// be seen with both its outputs and its originals, and their rows be doubled for good.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/events.h"
#include "commit/journal.h"
#include "commit/publish.h"
#include "commit/recover.h"
#include "commit/run_lock.h"

namespace pqpack {

struct CompactionRunOptions {
  // root: where `_pqpack/` lies, and what is locked: the table where originals are deleted, the
  // target of a copy.  run: of MakeRunId().
  RunFolder folder;
  PublishMode mode = PublishMode::kInPlace;
  LockOptions lock = {};
  // For a run that commits a plan, under the plan's name however often it is begun: of MakeRunId(),
  // for this attempt.  It has the lock in that name, and ends what an earlier one left.
  std::string attempt = {};
  // Where LeadsCatalog(mode), whose root is where the table is: its name in the catalog, whose
  // catalog it is, and where it is led.
  std::string table = {};
  std::string catalog_id = {};
  std::optional<Uri> destination = {};
};

// One thread.
class CompactionRun {
 public:
  // Takes the lock, asks the store about conditions, ends dead runs, begins the journal, announces
  // the run where the context's places lie outside of the root, and looks for runs there and above.
  // `context` and `events` are borrowed.  kAlreadyExists: a live run here, or any of these, named;
  // kConfig: the store ignores conditions that this mode relies on; those of RecoverDeadRuns().
  static Result<std::unique_ptr<CompactionRun>> Begin(const CompactionRunOptions& options,
                                                      const PublishContext& context,
                                                      EventSink& events);
  // Without Publish() or GiveUp() the run is left for recovery, and its lock is released.
  ~CompactionRun();

  // The dead runs that Begin() ended.
  const std::vector<RecoveredRun>& recovered() const { return recovered_; }
  // What it ended of an earlier attempt at this run; null: there was none.  If that was completed
  // there is nothing left to do but GiveUp().
  const RecoveredRun* recovered_own() const;

  // Behind a listing, which may have found partitions that lie where the run is not announced yet:
  // the context's places by now.  True: so it was.  It is announced, and is to be listed anew.
  Result<bool> AnnounceMore();

  // The name for the `number`th staged file.
  Uri Staged(int64_t number) const { return folder_.staged(number); }

  // Writes the list down and moves the journal on: from here on a dead run is completed, not
  // rolled back.  Everything in `list` is proven by the caller.
  // kAlreadyExists: the name of an output is taken; kInternal: a list that could lose a row.
  Status Seal(const PublishList& list);

  // Publishes what was proven, cleans up and releases the lock.  A report that is not complete()
  // names what was left as it was.  After an error the run is recovered by the next one.
  Result<PublishReport> Publish();

  // Removes what a plan's workers have left; for one that is given up.  Publish() does it, too.
  Status RemovePlanned();

  // Removes what is staged, and releases the lock.  kInternal once Seal() succeeded.
  Status GiveUp();

 private:
  CompactionRun(const CompactionRunOptions& options, const PublishContext& context,
                EventSink& events)
      : folder_(options.folder),
        mode_(options.mode),
        destination_(options.destination),
        lock_folder_{folder_.root, options.attempt.empty() ? folder_.run : options.attempt},
        context_(context),
        events_(events) {}
  Status Start(const CompactionRunOptions& options);

  Status Announce();
  std::vector<Uri> Outside() const;
  void RemoveEmpty() const;

  const RunFolder folder_;
  const PublishMode mode_;
  const std::optional<Uri> destination_;
  const RunFolder lock_folder_;
  const PublishContext& context_;
  EventSink& events_;
  std::unique_ptr<RunLock> lock_;
  std::vector<RecoveredRun> recovered_;
  std::optional<Journal> journal_;
};

// kAlreadyExists: a run above `place` is at work or has died, but for those that are kept at
// `root`, under the lock of who asks.
Status CheckNoRunAbove(ObjectStore& store, const Uri& place, const Uri& root);

// For a copy, after the table was listed and before it is read: kSourceChanged if a run is
// publishing in it or above, or died doing so: its rows may be double at this moment.  `others`:
// where its partitions lie; those outside of the table count like it.
Status CheckNotPublishing(ObjectStore& store, const Uri& table,
                          const std::vector<Uri>& others = {});

}  // namespace pqpack
