// SPDX-License-Identifier: Apache-2.0
//
// For tests: a table whose files hold numbers, one word each, in place of Parquet; a compaction
// of it; and a reader that sees what query engines see.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "base/events_testing.h"
#include "base/executor.h"
#include "catalog/memory_catalog_testing.h"
#include "catalog/partition_path.h"
#include "commit/clean.h"
#include "commit/compaction_run.h"
#include "store/contents_testing.h"
#include "store/fault_store.h"

namespace pqpack {

inline constexpr std::array kAllModes = {PublishMode::kInPlace, PublishMode::kCopy,
                                         PublishMode::kMove, PublishMode::kSwap,
                                         PublishMode::kCatalogMove};

// Row -> how often a reader sees it.
using Rows = std::map<int, int>;
using Files = std::map<std::string, std::string>;  // name -> bytes

inline std::vector<int> RowsOfFile(const std::string& text) {
  std::istringstream words(text);
  std::vector<int> rows;
  for (int row = 0; words >> row;) rows.push_back(row);
  return rows;
}

// What a reader of this folder sees: nothing behind '_' or '.'.
inline Files VisibleFiles(ObjectStore& store, const Uri& folder) {
  Files files;
  if (CodeOf(store.List(folder).status()) == ErrorCode::kNotFound) return files;
  for (auto& [key, bytes] : Contents(store, folder)) {
    const std::string name = key.substr(folder.AsFolder().key.size());
    if (!IsHidden(name)) files[name] = std::move(bytes);
  }
  return files;
}

inline Rows VisibleRows(ObjectStore& store, const Uri& folder) {
  Rows rows;
  for (const auto& [name, bytes] : VisibleFiles(store, folder)) {
    for (const int row : RowsOfFile(bytes)) ++rows[row];
  }
  return rows;
}

inline LockOptions TestLock(bool others_are_dead) {
  LockOptions options;
  options.process = {"host", "boot", "pids", 7, "1"};
  options.is_gone = [=](const ProcessIdentity&) { return others_are_dead; };
  options.renew_every = std::chrono::seconds(0);
  return options;
}

inline std::string RunId(int number) {
  return MakeRunId(TimePoint(std::chrono::hours(24 * 365 * 50)), static_cast<uint64_t>(number));
}

// A table of three partitions of small files, one of them with a file that is large enough.
class TestTable {
 public:
  // Filled.
  TestTable(const Uri& folder, ObjectStore& store)
      : table_(folder.Child("t/")),
        target_(folder.Child("u/")),
        catalog_("d.t", {{{"1"}, table_.Child("p=1/")},
                         {{"2"}, table_.Child("p=2/")},
                         {{"3"}, table_.Child("p=3/")}}) {
    Fill(store);
  }

  MemoryCatalog& catalog() const { return catalog_; }

  // What readers see who ask the catalog.
  Rows RowsByCatalog(ObjectStore& store) const {
    Rows rows;
    for (const auto& [values, place] : catalog_.places()) {
      for (const auto& [row, count] : VisibleRows(store, place)) rows[row] += count;
    }
    return rows;
  }

  const Uri& table() const { return table_; }
  const Uri& target() const { return target_; }
  const Uri& root(PublishMode mode) const { return mode == PublishMode::kCopy ? target_ : table_; }
  const Uri& result(PublishMode mode) const {
    return mode == PublishMode::kInPlace ? table_ : target_;
  }

  // A whole run.
  Status Compact(ObjectStore& store, PublishMode mode, const std::string& run,
                 const LockOptions& lock, PublishReport* report = nullptr) const {
    TickingCatalog catalog = Ticking(store);
    PublishContext context{store, store, executor_, 1, {table_, target_}};
    CompactionRunOptions options{{root(mode), run}, mode, lock};
    if (LeadsCatalog(mode)) {
      context.catalog = &catalog;
      options.table = "d.t";
      options.destination = target_;
    }
    Events events;
    PQ_ASSIGN(const auto compaction, CompactionRun::Begin(options, context, events));
    PQ_ASSIGN(const PublishList list, Stage(store, mode, run, *compaction));
    PQ_RETURN_NOT_OK(compaction->Seal(list));
    PQ_ASSIGN(auto done, compaction->Publish());
    if (report != nullptr) *report = done;
    return done.ToStatus();
  }

  Status RecoverAs(ObjectStore& store, PublishMode mode, const std::string& run,
                   const LockOptions& lock) const {
    TickingCatalog catalog = Ticking(store);
    PublishContext context{store, store, executor_, 1, {table_, target_}};
    context.catalog = &catalog;
    Events events;
    const Status recovered = Recover({root(mode), run}, lock, context, events).status();
    // One that woke up may have left a signpost.
    if (LeadsCatalog(mode)) (void)Recover({target_, run}, lock, context, events);
    return recovered;
  }

  // Each step of the catalog is a call of the store, too, so what happens to that happens to it.
  TickingCatalog Ticking(ObjectStore& store) const {
    return {&catalog_, [this, &store] {
              ++ticks_;
              if (on_tick) on_tick(ticks_);
              return LookUp(store, table_.Child("_tick")).status();
            }};
  }

  // Called with the number of each step of the catalog: of a run that leads it 1 (its name), 2 to 4
  // (where partitions lie), 5 (before changes), 6 to 8 (one each), 9 (behind them).
  std::function<void(int)> on_tick = {};

 private:
  void Fill(ObjectStore& store) const {
    int row = 0;
    for (const char* partition : {"p=1/", "p=2/", "p=3/"}) {
      for (const char* name : {"a.parquet", "b.parquet", "c"}) {
        const std::string first = std::to_string(++row);
        Put(store, table_.Child(partition).Child(name), first + " " + std::to_string(++row));
      }
    }
    Put(store, table_.Child("p=2/large.parquet"), "100 101 102 103 104 105 106");
  }

  static constexpr int64_t kSmall = 20;

  // One output for the small files of each partition.  The listing is the plan's, too.
  Result<PublishList> Stage(ObjectStore& store, PublishMode mode, const std::string& run,
                            const CompactionRun& compaction) const {
    std::map<std::string, std::vector<ObjectInfo>> partitions;
    PQ_ASSIGN(const auto listing, store.List(table_));
    while (true) {
      PQ_ASSIGN(const auto page, listing->Next());
      if (page.empty()) break;
      for (const auto& object : page) {
        const std::string path = object.uri.key.substr(table_.key.size());
        if (!IsHidden(path)) partitions[std::string(FolderPart(path))].push_back(object);
      }
    }
    PublishList list;
    for (const auto& [partition, files] : partitions) {
      PQ_ASSIGN(auto group, StageGroup(store, mode, partition, files, run, compaction,
                                       static_cast<int64_t>(list.groups.size())));
      list.groups.push_back(std::move(group));
    }
    return list;
  }

  Result<PublishGroup> StageGroup(ObjectStore& store, PublishMode mode,
                                  const std::string& partition,
                                  const std::vector<ObjectInfo>& files, const std::string& run,
                                  const CompactionRun& compaction, int64_t number) const {
    PublishGroup group;
    std::string merged;
    const Uri place = result(mode).Child(partition);
    for (const auto& file : files) {
      if (file.size > kSmall) {
        if (mode == PublishMode::kInPlace) continue;
        group.carried.push_back({file.id(), file.size, place.Child(file.uri.Name())});
      } else {
        PQ_ASSIGN(const auto bytes, store.Read(file.id(), {0, file.size}));
        merged += bytes->ToString() + " ";
      }
      if (mode == PublishMode::kSwap) group.keep.push_back(file.id());
      if (mode != PublishMode::kCopy && mode != PublishMode::kSwap) {
        group.remove.push_back(file.id());
      }
    }
    if (LeadsCatalog(mode)) {
      group.change = {{partition.substr(2, 1)}, table_.Child(partition), place};
    }
    PQ_ASSIGN(const auto writer, store.Create(compaction.Staged(number), {}));
    PQ_RETURN_NOT_OK(writer->Append(AsBytes(merged)));
    PQ_ASSIGN(auto staged, writer->Finish());
    group.files.push_back({std::move(staged), place.Child("part-" + run + ".parquet")});
    return group;
  }

  const Uri table_;
  const Uri target_;
  mutable Executor executor_{1};
  mutable MemoryCatalog catalog_;
  mutable int ticks_ = 0;
};

// What a run ends with if nothing disturbs it, and what holds for one that something did.
class Undisturbed {
 public:
  Undisturbed(const Uri& folder, ObjectStore& store, PublishMode mode, const std::string& run)
      : mode_(mode) {
    const TestTable table(folder, store);
    before_ = VisibleFiles(store, table.table());
    all_ = VisibleRows(store, table.table());
    FaultStore counting(&store, {});
    EXPECT_EQ(table.Compact(counting, mode, run, TestLock(false)), Status::OK());
    calls_ = counting.calls();
    done_table_ = VisibleFiles(store, table.table());
    done_target_ = VisibleFiles(store, table.target());
    EXPECT_TRUE(IsLed(table));
    EXPECT_EQ(all_.size(), 25U);
    EXPECT_EQ(VisibleRows(store, table.result(mode)), all_);
    ExpectNothingLeft(store, table);
  }

  int64_t calls() const { return calls_; }
  const Rows& all() const { return all_; }

  // Of a table no row may ever be missing; in a target it may be absent or be there once.  Who asks
  // the catalog sees each row once.
  void ExpectNoneLost(ObjectStore& store, const TestTable& table) const {
    if (LeadsCatalog(mode_)) {
      EXPECT_EQ(table.RowsByCatalog(store), all_);
      return;
    }
    Rows rows = VisibleRows(store, table.table());
    for (const auto& [row, count] : VisibleRows(store, table.target())) {
      EXPECT_EQ(count, 1) << "row " << row << " in the target";
      rows[row] += count;
    }
    EXPECT_EQ(rows.size(), all_.size());
    if (mode_ != PublishMode::kCopy) return;
    EXPECT_EQ(VisibleFiles(store, table.table()), before_);
  }

  // All is as if it had never been, or done: then true.
  bool ExpectEnded(ObjectStore& store, const TestTable& table) const {
    ExpectNothingLeft(store, table);
    const Files now = VisibleFiles(store, table.table());
    const Files target = VisibleFiles(store, table.target());
    const bool done = now == done_table_ && target == done_target_ && IsLed(table);
    EXPECT_TRUE(done || (now == before_ && target.empty() && IsUntouched(table)));
    return done;
  }

  static void ExpectNothingLeft(ObjectStore& store, const TestTable& table) {
    for (const Uri& place : {table.table(), table.target()}) {
      if (CodeOf(store.List(place).status()) == ErrorCode::kNotFound) continue;
      for (const auto& [name, bytes] : Contents(store, place)) {
        if (name.find("/_pqpack/swaps/") != std::string::npos) continue;  // for undo
        EXPECT_EQ(name.find("_pqpack"), std::string::npos) << name << ": " << bytes;
      }
      EXPECT_TRUE(store.Unfinished(place).ValueOrDie().empty());
    }
  }

 private:
  static bool AllIn(const TestTable& table, const Uri& place) {
    return std::ranges::all_of(table.catalog().places(), [&](const auto& partition) {
      return Contains(place, partition.second);
    });
  }
  // The catalog is as it is when the run has ended.
  bool IsLed(const TestTable& table) const {
    return AllIn(table, LeadsCatalog(mode_) ? table.target() : table.table());
  }
  static bool IsUntouched(const TestTable& table) { return AllIn(table, table.table()); }

  const PublishMode mode_;
  Rows all_;
  Files before_;
  Files done_table_;
  Files done_target_;
  int64_t calls_ = 0;
};

}  // namespace pqpack
