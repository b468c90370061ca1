// SPDX-License-Identifier: Apache-2.0
//
// As in repack the listing streams into the work: never more files are known than one page
// and those being read.
#include "run/diagnose.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "base/caught.h"
#include "base/memory_budget.h"
#include "run/workers.h"
#include "scan/paired_listing.h"

namespace pqpack {
namespace {

class DiagnoseRun {
 public:
  DiagnoseRun(const DiagnoseRunOptions& options, ObjectStore& store, Executor& io,
              EventSink& events, const DiagnosisSink& sink, std::stop_token stop,
              DiagnoseSummary* summary)
      : options_(options),
        store_(store),
        events_(events),
        sink_(sink),
        stop_(std::move(stop)),
        summary_(*summary),
        memory_(options.memory_limit),
        context_{store, &io, memory_, stop_},
        workers_(WorkerCount(options.workers)) {}

  Status Run() {
    PQ_ASSIGN(const auto single, FindFile());
    const Status listed = single ? Dispatch({*single}) : RunFolder();
    events_.Emit(ListingDone{queued_files_, queued_bytes_});
    group_.Wait();
    PQ_RETURN_NOT_OK(listed);
    if (!fatal_.ok()) return fatal_;
    if (stop_.stop_requested()) return Error(ErrorCode::kCancelled, "stopped before the end");
    return Status::OK();
  }

 private:
  // The object of exactly this name, whatever the name is.
  Result<std::optional<ObjectInfo>> FindFile() {
    const std::string& key = options_.location.key;
    if (key.empty() || key.ends_with('/')) return std::nullopt;
    return LookUp(store_, options_.location);
  }

  Status RunFolder() {
    PQ_ASSIGN(auto listing, store_.List(options_.location.AsFolder()));
    bool any = false;
    while (!Ending()) {
      PQ_ASSIGN(auto page, listing->Next());
      if (page.empty()) break;
      any = true;
      const auto others = std::erase_if(
          page, [](const ObjectInfo& object) { return !HasParquetName(object.uri.key); });
      summary_.other_objects += static_cast<int64_t>(others);
      PQ_RETURN_NOT_OK(Dispatch(std::move(page)));
    }
    if (any || Ending()) return Status::OK();
    return Error(ErrorCode::kNotFound, options_.location.ToString() + ": nothing is there",
                 "Name an existing file, folder or prefix.");
  }

  Status Dispatch(std::vector<ObjectInfo> files) {
    FilesFound found;
    for (const ObjectInfo& file : files) {
      ++found.files;
      found.bytes += file.size;
    }
    events_.Emit(found);
    for (ObjectInfo& file : files) {
      if (Ending()) break;
      ++queued_files_;
      queued_bytes_ += file.size;
      events_.Emit(FileQueued{file.uri.ToString(), file.size});
      group_.Run([this, file = std::move(file)] { Work(file); });
    }
    return Status::OK();
  }

  bool Ending() const { return stop_.stop_requested() || ending_; }

  void Work(const ObjectInfo& file) {
    if (Ending()) return;
    const auto diagnosis = Caught([&] { return DiagnoseFile(file, options_.file, context_); });
    if (!diagnosis.ok()) return Failed(file, diagnosis.status());
    {
      std::lock_guard lock(mutex_);
      ++summary_.files;
      patience_.Succeeded();
      ++summary_.by_worst[diagnosis->worst()];
      summary_.bytes += diagnosis->bytes;
      summary_.rows += diagnosis->rows;
    }
    sink_(*diagnosis);
  }

  void Failed(const ObjectInfo& file, const Status& error) {
    const ErrorCode code = CodeOf(error);
    if (code == ErrorCode::kCancelled && stop_.stop_requested()) return;
    {
      std::lock_guard lock(mutex_);
      ++summary_.failed;
      ++summary_.failed_by_code[code];
      if (auto fatal = patience_.Failed(error); fatal && !ending_) {
        fatal_ = *std::move(fatal);
        ending_ = true;
      }
    }
    events_.Emit(FileFailed{file.uri.ToString(), error});
  }

  const DiagnoseRunOptions& options_;
  ObjectStore& store_;
  EventSink& events_;
  const DiagnosisSink& sink_;
  const std::stop_token stop_;
  std::mutex mutex_;
  DiagnoseSummary& summary_;
  Status fatal_;
  std::atomic<bool> ending_{false};
  int64_t queued_files_ = 0;
  int64_t queued_bytes_ = 0;
  MemoryBudget memory_;
  const DiagnoseContext context_;
  Executor workers_;
  Patience patience_{workers_.threads()};
  TaskGroup group_{&workers_, workers_.threads()};
};

}  // namespace

Status DiagnoseAll(const DiagnoseRunOptions& options, ObjectStore& store, Executor& io,
                   EventSink& events, const DiagnosisSink& sink, std::stop_token stop,
                   DiagnoseSummary* summary) {
  return DiagnoseRun(options, store, io, events, sink, std::move(stop), summary).Run();
}

}  // namespace pqpack
