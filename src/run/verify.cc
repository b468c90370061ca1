// SPDX-License-Identifier: Apache-2.0
//
// Both listings are read to their ends before the first comparison: names that are on one
// side only are known by then, and a listing that breaks off proves nothing.
#include "run/verify.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <iterator>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "base/caught.h"
#include "base/memory_budget.h"
#include "run/workers.h"
#include "scan/paired_listing.h"
#include "verify/compare_within.h"

namespace pqpack {
namespace {

struct Place {
  bool is_file = false;
  std::map<std::string, ObjectInfo> files;  // by relative name, so in key order
};

Result<Place> Find(ObjectStore& store, const Uri& uri) {
  Place place;
  if (!uri.key.empty() && !uri.key.ends_with('/')) {
    PQ_ASSIGN(auto file, LookUp(store, uri));
    if (file) {
      place.is_file = true;
      place.files.emplace(std::string(uri.Name()), *std::move(file));
      return place;
    }
  }
  const Uri folder = uri.AsFolder();
  PQ_ASSIGN(const auto listing, store.List(folder));
  int64_t objects = 0;
  while (true) {
    PQ_ASSIGN(auto page, listing->Next());
    if (page.empty()) break;
    objects += static_cast<int64_t>(page.size());
    for (ObjectInfo& object : page) {
      if (!HasParquetName(object.uri.key)) continue;
      std::string name = object.uri.key.substr(folder.key.size());
      place.files.emplace(std::move(name), std::move(object));
    }
  }
  if (objects == 0 && uri.scheme != Scheme::kLocal) {
    return Error(ErrorCode::kNotFound, uri.ToString() + ": there is no object below it",
                 "Check the location.");
  }
  return place;
}

// Two tables that are compared, under the names they go by.
struct Pair {
  std::string a, b;
  TableFiles files_a, files_b;
  int64_t bytes_a = 0;
  int64_t bytes_b = 0;
};

int64_t BytesOf(const TableFiles& files) {
  int64_t bytes = 0;
  for (const ObjectInfo& object : files.objects) bytes += object.size;
  return bytes;
}

Comparison OnOneSideOnly(const Pair& pair) {
  Comparison comparison;
  comparison.difference = Difference{.what = "the file is on one side only",
                                     .column = {},
                                     .a = {.uri = pair.a, .value = {}},
                                     .b = {.uri = pair.b, .value = {}}};
  const bool in_a = !pair.files_a.objects.empty();
  comparison.difference->a.value = in_a ? "a file" : "no file";
  comparison.difference->b.value = in_a ? "no file" : "a file";
  return comparison;
}

class VerifyRun {
 public:
  VerifyRun(const VerifyOptions& options, ObjectStore& store_a, ObjectStore& store_b, Executor& io,
            EventSink& events, const std::function<void(const PairVerified&)>& on_pair,
            std::stop_token stop, VerifySummary* summary)
      : options_(options),
        store_a_(store_a),
        store_b_(store_b),
        io_(io),
        events_(events),
        on_pair_(on_pair),
        stop_(std::move(stop)),
        summary_(*summary),
        budget_(options.memory_limit),
        workers_(WorkerCount(options.workers)) {}

  Status Run() {
    PQ_ASSIGN(const Place a, Find(store_a_, options_.a));
    PQ_ASSIGN(const Place b, Find(store_b_, options_.b));
    if (a.files.empty() && b.files.empty()) {
      return Error(ErrorCode::kNotFound,
                   "there is no .parquet or .parq file below " + options_.a.ToString() +
                       " or below " + options_.b.ToString(),
                   "Nothing was compared, so nothing is proven: check the locations.");
    }
    std::vector<Pair> pairs = PairsOf(a, b);
    Announce(pairs);
    pairs_left_ = static_cast<int64_t>(pairs.size());
    for (const Pair& pair : pairs) {
      if (Ending()) break;
      group_.Run([this, &pair] { Work(pair); });
    }
    events_.Emit(ListingDone{static_cast<int64_t>(pairs.size()), bytes_});
    group_.Wait();
    PQ_RETURN_NOT_OK(fatal_error_);
    if (stop_.stop_requested()) return Error(ErrorCode::kCancelled, "stopped");
    return Status::OK();
  }

 private:
  std::vector<Pair> PairsOf(const Place& a, const Place& b) const {
    std::vector<Pair> pairs;
    const bool merged = options_.schemas == SchemaRule::kMerged;
    if (a.is_file || b.is_file || options_.unordered || merged) {
      Pair pair = NamedPair(options_.a.ToString(), options_.b.ToString());
      for (const auto& [name, object] : a.files) pair.files_a.objects.push_back(object);
      for (const auto& [name, object] : b.files) pair.files_b.objects.push_back(object);
      pairs.push_back(std::move(pair));
    } else {
      std::map<std::string, Pair> by_name;
      const auto add = [&](const Place& place, TableFiles Pair::* side) {
        for (const auto& [name, object] : place.files) {
          const auto [at, added] =
              by_name.emplace(name, NamedPair(options_.a.AsFolder().Child(name).ToString(),
                                              options_.b.AsFolder().Child(name).ToString()));
          (at->second.*side).objects.push_back(object);
        }
      };
      add(a, &Pair::files_a);
      add(b, &Pair::files_b);
      for (auto& [name, pair] : by_name) pairs.push_back(std::move(pair));
    }
    for (Pair& pair : pairs) {
      pair.bytes_a = BytesOf(pair.files_a);
      pair.bytes_b = BytesOf(pair.files_b);
    }
    return pairs;
  }

  Pair NamedPair(std::string a, std::string b) const {
    Pair pair;
    pair.a = std::move(a);
    pair.b = std::move(b);
    pair.files_a.store = &store_a_;
    pair.files_b.store = &store_b_;
    return pair;
  }

  // Progress knows the total from here on.
  void Announce(const std::vector<Pair>& pairs) {
    FilesFound found;
    found.files = static_cast<int64_t>(pairs.size());
    for (const Pair& pair : pairs) found.bytes += pair.bytes_a + pair.bytes_b;
    bytes_ = found.bytes;
    events_.Emit(found);
  }

  bool Ending() const { return stop_.stop_requested() || fatal_; }

  void Work(const Pair& pair) {
    if (Ending()) return;
    events_.Emit(FileQueued{pair.a, pair.bytes_a + pair.bytes_b});
    const auto start = std::chrono::steady_clock::now();
    PairVerified verified{pair.a,       pair.b, pair.bytes_a,
                          pair.bytes_b, 0,      Caught([&] { return Compare(pair); })};
    verified.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    Finished(verified);
  }

  Result<Comparison> Compare(const Pair& pair) {
    if (pair.files_a.objects.empty() || pair.files_b.objects.empty()) return OnOneSideOnly(pair);
    CompareOptions options;
    options.schemas = options_.schemas;
    options.proof = options_.proof;
    options.executor = &workers_;
    options.width = Width();
    options.stop = stop_;
    options.reading.executor = &io_;
    return CompareWithin(budget_, pair.files_a, pair.files_b, options_.unordered, options);
  }

  // Pairs come first; columns run in parallel only when fewer pairs than CPUs are left.
  int Width() const {
    const int cpus = std::min(workers_.threads(), CpuCount());
    return static_cast<int>(std::max<int64_t>(1, cpus / std::max<int64_t>(1, pairs_left_)));
  }

  void Finished(const PairVerified& verified) {
    --pairs_left_;
    const std::lock_guard lock(mutex_);
    if (!verified.result.ok()) {
      Failed(verified);
      return;
    }
    patience_.Succeeded();
    const Comparison& comparison = *verified.result;
    ++(comparison.difference ? summary_.different : summary_.same);
    summary_.rows_a += comparison.rows_a;
    summary_.rows_b += comparison.rows_b;
    summary_.bytes_a += verified.bytes_a;
    summary_.bytes_b += verified.bytes_b;
    summary_.proof += comparison.proof;
    on_pair_(verified);
    FileDone done;
    done.uri = verified.a;
    done.output = verified.b;
    done.bytes_in = verified.bytes_a + verified.bytes_b;
    events_.Emit(done);
  }

  void Failed(const PairVerified& verified) {
    const Status& error = verified.result.status();
    const ErrorCode code = CodeOf(error);
    if (code == ErrorCode::kCancelled) return;
    ++summary_.failed;
    ++summary_.failed_by_code[code];
    if (auto fatal = patience_.Failed(error); fatal && !fatal_) {
      fatal_error_ = *std::move(fatal);
      fatal_ = true;
    }
    on_pair_(verified);
    events_.Emit(FileFailed{verified.a, error});
  }

  const VerifyOptions& options_;
  ObjectStore& store_a_;
  ObjectStore& store_b_;
  Executor& io_;
  EventSink& events_;
  const std::function<void(const PairVerified&)>& on_pair_;
  const std::stop_token stop_;
  std::mutex mutex_;
  VerifySummary& summary_;
  Status fatal_error_;
  int64_t bytes_ = 0;  // of all pairs
  std::atomic<bool> fatal_ = false;
  std::atomic<int64_t> pairs_left_ = 0;
  MemoryBudget budget_;
  Executor workers_;
  Patience patience_{workers_.threads()};
  TaskGroup group_{&workers_, workers_.threads()};
};

}  // namespace

Status Verify(const VerifyOptions& options, ObjectStore& store_a, ObjectStore& store_b,
              Executor& io, EventSink& events,
              const std::function<void(const PairVerified&)>& on_pair, std::stop_token stop,
              VerifySummary* summary) {
  return VerifyRun(options, store_a, store_b, io, events, on_pair, std::move(stop), summary).Run();
}

}  // namespace pqpack
