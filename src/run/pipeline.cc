// SPDX-License-Identifier: Apache-2.0
//
// The story of repack on one page.
//
//   Scan -> Plan -> Execute -> Verify -> Publish, file by file
//
// The listing streams into the work: a page of names is asked for when the files of
// the pages before it are with the workers, so at no time are more files known than
// one page and those being worked on.  There is no barrier and no journal: each
// output appears by itself, whole and checked, or not at all, and a rerun does what
// is not there yet.
#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "base/caught.h"
#include "base/executor.h"
#include "base/memory_budget.h"
#include "plan/repack_task.h"
#include "run/leftovers.h"
#include "run/repack.h"
#include "run/repack_file.h"
#include "run/tally.h"
#include "run/workers.h"
#include "scan/paired_listing.h"
#include "scan/place_guard.h"
#include "scan/single_file.h"

namespace pqpack {
namespace {

class RepackRun {
 public:
  RepackRun(const RepackOptions& options, ObjectStore& source, ObjectStore& destination,
            Executor& io, EventSink& events, std::stop_token stop, RepackSummary* summary)
      : options_(options),
        source_(source),
        destination_(destination),
        events_(events),
        stop_(std::move(stop)),
        tally_(events, summary, stop_, WorkerCount(options.workers)),
        input_budget_(options.memory_limit / 2),
        work_budget_(options.memory_limit / 2),
        workers_(WorkerCount(options.workers)),
        context_{options_, source_,       destination_, workers_,
                 io,       input_budget_, work_budget_, stop_} {}

  Status Run() {
    PQ_ASSIGN(auto single,
              FindSingleFile(source_, options_.source, destination_, options_.destination));
    // Of a folder's destination the listing says whether it is there.
    if (single || !options_.dry_run) {
      const Uri& place = single ? single->output : options_.destination;
      PQ_ASSIGN(leftovers_, Leftovers::Find(destination_, place, events_));
    }
    const Status listed = single ? RunFile(*single) : RunFolder();
    // From here on no file is added; those that were are finished, or given up on stop.
    tally_.ListingDone();
    group_.Wait();
    PQ_RETURN_NOT_OK(listed);
    return tally_.Outcome();
  }

 private:
  Status RunFile(const SingleFile& single) {
    DispatchShare({single.pair}, [&](const PairedObject&) { return single.output; });
    return Status::OK();
  }

  Status RunFolder() {
    PQ_ASSIGN(auto listing,
              PairedListing::Open(source_, options_.source, destination_, options_.destination));
    places_.emplace(options_.source, options_.destination);
    while (!Ending()) {
      PQ_ASSIGN(auto page, listing->Next());
      if (page.empty()) break;
      DispatchShare(std::move(page), [&](const PairedObject& pair) {
        return options_.destination.Child(pair.name);
      });
    }
    tally_.OtherObjects(listing->other_objects());
    return Status::OK();
  }

  bool Ending() const { return stop_.stop_requested() || tally_.fatal(); }

  // Hands this worker's share of a page on; blocks while everybody is busy.
  template <typename OutputOf>
  void DispatchShare(std::vector<PairedObject> page, const OutputOf& output_of) {
    std::erase_if(page, [this](const PairedObject& pair) {
      return ShardOf(pair.name, options_.shard_count) != options_.shard_index;
    });
    tally_.Found(page);
    for (const auto& pair : page) {
      if (Ending()) return;
      Dispatch(
          DecideRepack(pair, output_of(pair), {options_.skip_existing, options_.update_stale}));
    }
  }

  void Dispatch(RepackTask task) {
    if (const Status place = CheckPlace(task); !place.ok()) {
      tally_.Queued(task);
      tally_.Finished(task, Result<FileDone>(place));
      return;
    }
    if (!options_.dry_run) leftovers_.RemoveFor(task.output, destination_);
    if (!task.skip_reason.empty()) {
      tally_.Skipped(task);
      return;
    }
    tally_.Queued(task);
    group_.Run([this, task = std::move(task)] { Work(task); });
  }

  // A single file goes where its own name says.
  Status CheckPlace(const RepackTask& task) {
    if (!places_) return Status::OK();
    return Within(task.source.uri.ToString(), places_->Check(task.source.uri, task.output));
  }

  void Work(const RepackTask& task) {
    if (Ending()) return;
    if (options_.dry_run) {
      tally_.Finished(task, Caught([&] { return PlanFile(task, context_); }));
    } else {
      tally_.Finished(task, Caught([&] { return RepackFile(task, Width(), context_); }));
    }
  }

  // Files come first; columns run in parallel only when fewer files than CPUs
  // are left, which is known once the listing has ended.
  int Width() const {
    const int cpus = std::min(workers_.threads(), CpuCount());
    const int64_t files = tally_.listing_ended() ? group_.running() : cpus;
    return static_cast<int>(std::max<int64_t>(1, cpus / std::max<int64_t>(1, files)));
  }

  const RepackOptions& options_;
  ObjectStore& source_;
  ObjectStore& destination_;
  EventSink& events_;
  const std::stop_token stop_;
  Tally tally_;
  MemoryBudget input_budget_;
  MemoryBudget work_budget_;
  Executor workers_;
  RepackContext context_;
  TaskGroup group_{&workers_, workers_.threads()};
  Leftovers leftovers_;
  std::optional<PlaceGuard> places_;
};

}  // namespace

Status Repack(const RepackOptions& options, ObjectStore& source, ObjectStore& destination,
              Executor& io, EventSink& events, std::stop_token stop, RepackSummary* summary) {
  return RepackRun(options, source, destination, io, events, std::move(stop), summary).Run();
}

}  // namespace pqpack
