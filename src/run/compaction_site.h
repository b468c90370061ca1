// SPDX-License-Identifier: Apache-2.0
//
// Where a compaction is at work: the table, and the place of its outputs.  What is locked there,
// what is made sure of before and behind the lock, and the publishing of what its tasks made.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/events.h"
#include "base/executor.h"
#include "catalog/catalog.h"
#include "commit/compaction_run.h"
#include "run/compact_options.h"
#include "run/compact_summary.h"
#include "run/publish_groups.h"

namespace pqpack {

// One thread.
class CompactionSite {
 public:
  // All are borrowed; `workers` is idle when Publish() is called.
  CompactionSite(const CompactOptions& options, Catalog& catalog, const CompactStores& stores,
                 Executor& workers, EventSink& events, std::stop_token stop);
  // A run that was begun and did not end is left for recovery; its locks are released.
  ~CompactionSite();
  CompactionSite(const CompactionSite&) = delete;

  // May be done again: what was known of an earlier one's partitions is forgotten.
  void SetPlan(CompactPlan plan);
  // Behind SetPlan(): a swap's has a destination.
  const CompactOptions& options() const { return options_; }
  const CompactPlan& plan() const { return plan_; }
  // What the catalog keeps of files by now, where the plan is of an earlier time.
  void SetCounters(const CatalogTable& now) {
    plan_.table.counters = now.counters;
    plan_.table.catalog_id = now.catalog_id;
  }
  void SetCounters(size_t partition, const Partition& now) {
    Partition& planned = plan_.partitions[partition].partition;
    planned.values = now.values;  // a plan's file has none
    planned.counters = now.counters;
  }
  CompactPlan TakePlan() { return std::move(plan_); }
  // What came of the plan's partitions, so far.
  std::vector<PartitionDone>& partitions() { return partitions_; }
  // Nothing is to be merged, nor copied.
  bool Idle() const;

  // kConfig: files that other tables or names lead to would be deleted; kInvalid: the destination
  // is part of the table, or contains it.
  Status CheckPlaces();

  // An earlier run of the same command has moved all: the destination is the table by now, and
  // nothing can be begun between the two.
  bool MovedBefore() const;
  // Then: kAlreadyExists, that run has not ended; what ends it is named.
  Status CheckMoved() const;

  // Something is left of runs, dead or alive.
  Result<bool> HasLeftovers() const;

  // Takes the lock, ends dead runs and tells so.  The table is to be listed behind this.
  Status Begin();

  // Behind Begin(): what came of an earlier commit of the same plan that had died, and whose
  // sealed list is published now; else null.
  const RecoveredRun* completed_own() const;

  // Behind Begin(): removes what a plan's workers have left.
  Status RemovePlanned() { return commit_->RemovePlanned(); }

  // Behind Begin().  The lock of a move is its destination's; originals are deleted in the table.
  // Errors: another run is at work there, or has died; what the recovered runs left undone.
  Status LockTable();

  // Behind the listing.  True: partitions lie where no run's lock says so, nor did this one yet; it
  // does now, and the table is to be listed anew.
  Result<bool> AnnounceMore() { return commit_->AnnounceMore(); }

  // For what is read without a lock: kSourceChanged, a run is publishing where a partition lies.
  Status CheckNotPublishing() const;

  // Behind the listing: a partition whose place has files already fails, since they would be a
  // second set of rows.  kSourceChanged: a run is publishing in the table.
  Status LookAtPlaces();

  // Dead runs were ended by Begin().
  bool has_recovered() const { return !commit_->recovered().empty(); }

  // The name for the `number`th staged file.
  Uri Staged(int64_t number) const { return commit_->Staged(number); }

  // Removes what is staged, and releases the lock.
  Status GiveUp() { return commit_->GiveUp(); }

  // Publishes what the outcomes allow; what came of it is in partitions().  `deleted`: originals.
  Status Publish(const TaskOutcomes& outcomes, int64_t* deleted);

 private:
  // What is locked, and where `_pqpack/` is.
  const Uri& root() const {
    return options_.locks_destination() ? options_.destination : plan_.table.location;
  }
  Status CheckLinks();
  void LookForStaleSummaries(const std::vector<size_t>& published);
  Status LookAtDestination();
  Result<bool> LookAtOther();
  void TellOfLeading(const PublishReport& published);
  std::string Also() const;
  // In whose name the locks are.
  const std::string& locker() const {
    return options_.attempt.empty() ? options_.run : options_.attempt;
  }

  // What is locked besides the root; empty: nothing.
  const Uri& other() const;
  Status ChooseDestination();
  std::optional<Uri> LedTo() const;
  std::vector<Uri> LedPlaces() const;  // of partitions

  CompactOptions options_;
  Catalog& catalog_;
  ObjectStore& store_;
  ObjectStore& commit_store_;
  EventSink& events_;
  const std::stop_token stop_;
  CompactPlan plan_;
  std::vector<PartitionDone> partitions_;  // as in the plan
  PublishContext publish_;
  std::unique_ptr<CompactionRun> commit_;
  std::unique_ptr<RunLock> other_lock_;  // of a move
};

}  // namespace pqpack
