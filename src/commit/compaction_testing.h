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
#include "catalog/visible_objects.h"
#include "commit/clean.h"
#include "commit/compaction_run.h"
#include "store/contents_testing.h"
#include "store/fault_store.h"

namespace pqpack {

struct TestCase {
  PublishMode mode;
  // Where the third partition is; a catalog may have it outside of the table.
  std::string_view third = "t/p=3/";
};

inline constexpr std::array kAllCases = {TestCase{PublishMode::kInPlace},
                                         TestCase{PublishMode::kCopy},
                                         TestCase{PublishMode::kMove},
                                         TestCase{PublishMode::kSwap},
                                         TestCase{PublishMode::kCatalogMove},
                                         TestCase{PublishMode::kInPlace, "o/p=3/"},
                                         TestCase{PublishMode::kInPlace, "o/"},
                                         TestCase{PublishMode::kSwap, "o/p=3/"},
                                         TestCase{PublishMode::kCatalogMove, "o/"}};

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
  TestTable(const Uri& folder, ObjectStore& store, std::string_view third = "t/p=3/")
      : TestTable(folder, store, folder.Child(third)) {}
  TestTable(const Uri& folder, ObjectStore& store, const Uri& third)
      : TestTable(folder.Child("t/"), folder.Child("u/"), third) {
    Fill(store);
  }
  // What is there at this place, by its path.
  explicit TestTable(const Uri& place) : TestTable(place, place, place) {}

  MemoryCatalog& catalog() const { return catalog_; }
  // What the catalog keeps of files is as it was before anything was done.
  bool counts_as_before() const { return catalog_.kept() == kKept; }
  bool is_as_before() const { return catalog_.places() == before_; }

  // Everything that the table has, wherever it lies.
  Files AllFiles(ObjectStore& store) const {
    Files files = VisibleFiles(store, table_);
    if (!has_outside()) return files;
    for (auto& [name, bytes] : VisibleFiles(store, third_)) files["p=3/" + name] = bytes;
    return files;
  }
  Rows AllRows(ObjectStore& store) const {
    Rows rows;
    for (const auto& [name, bytes] : AllFiles(store)) {
      for (const int row : RowsOfFile(bytes)) ++rows[row];
    }
    return rows;
  }
  // Where pqpack may leave something of its own.
  std::vector<Uri> Places() const { return {table_, target_, AboveKeys(third_)}; }

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
    PublishContext context{store, store, executor_, 1, {table_}};
    if (mode != PublishMode::kInPlace) context.allowed.push_back(target_);
    if (has_outside() && mode != PublishMode::kCopy) context.allowed.push_back(third_);
    CompactionRunOptions options{{root(mode), run}, mode, lock};
    if (AsksCatalog(mode)) context.catalog = &catalog;
    if (LeadsCatalog(mode)) {
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
    PublishContext context{store, store, executor_, 1, {table_, target_, third_}};
    context.catalog = &catalog;
    Events events;
    const Status recovered = Recover({root(mode), run}, lock, context, events).status();
    // One that woke up may have left a signpost.
    if (LeadsCatalog(mode)) (void)Recover({target_, run}, lock, context, events);
    if (has_outside()) (void)Recover({AboveKeys(third_), run}, lock, context, events);
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
  TestTable(Uri table, Uri target, Uri third)
      : table_(std::move(table)),
        target_(std::move(target)),
        third_(std::move(third)),
        before_({{{"1"}, table_.Child("p=1/")}, {{"2"}, table_.Child("p=2/")}, {{"3"}, third_}}),
        catalog_("d.t", before_) {
    catalog_.Keep(kKept);
  }

  // Of the table, which goes, and of its partitions.
  inline static const MemoryCatalog::Kept kKept = {
      {{}, {11, 110}}, {{"1"}, {3, 30}}, {{"2"}, {4, 40}}, {{"3"}, {3, 30}}};
  static bool AsksCatalog(PublishMode mode) {
    return mode == PublishMode::kInPlace || LeadsCatalog(mode);
  }

  bool has_outside() const { return !Contains(table_, third_); }
  Uri PlaceOf(const std::string& partition) const {
    return has_outside() && partition == "p=3/" ? third_ : table_.Child(partition);
  }

  void Fill(ObjectStore& store) const {
    int row = 0;
    for (const char* partition : {"p=1/", "p=2/", "p=3/"}) {
      for (const char* name : {"a.parquet", "b.parquet", "c"}) {
        const std::string first = std::to_string(++row);
        Put(store, PlaceOf(partition).Child(name), first + " " + std::to_string(++row));
      }
    }
    Put(store, table_.Child("p=2/large.parquet"), "100 101 102 103 104 105 106");
  }

  static constexpr int64_t kSmall = 20;

  // One output for the small files of each partition.  The listing is the plan's, too.
  Result<PublishList> Stage(ObjectStore& store, PublishMode mode, const std::string& run,
                            const CompactionRun& compaction) const {
    std::map<std::string, std::vector<ObjectInfo>> partitions;
    PQ_ASSIGN(const auto objects, ListVisible(store, table_, /*is_table=*/true));
    for (const auto& object : objects) {
      partitions[std::string(FolderPart(object.uri.key.substr(table_.key.size())))].push_back(
          object);
    }
    if (has_outside() && mode != PublishMode::kCopy) {
      PQ_ASSIGN(partitions["p=3/"], ListVisible(store, third_, AboveKeys(third_) == third_));
    }
    PublishList list;
    for (const auto& [partition, files] : partitions) {
      PQ_ASSIGN(auto group, StageGroup(store, mode, partition, files, run, compaction,
                                       static_cast<int64_t>(list.groups.size())));
      list.groups.push_back(std::move(group));
    }
    if (!AsksCatalog(mode)) return list;
    list.table = "d.t";
    list.groups.emplace_back().counters = {{}, table_, table_};
    return list;
  }

  Result<PublishGroup> StageGroup(ObjectStore& store, PublishMode mode,
                                  const std::string& partition,
                                  const std::vector<ObjectInfo>& files, const std::string& run,
                                  const CompactionRun& compaction, int64_t number) const {
    PublishGroup group;
    std::string merged;
    const Uri from = PlaceOf(partition);
    const Uri place = mode == PublishMode::kInPlace ? from : target_.Child(partition);
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
      group.change = {{partition.substr(2, 1)}, from, place};
    }
    if (mode == PublishMode::kInPlace && !partition.empty()) {
      group.counters = {{partition.substr(2, 1)}, from, from};
    }
    PQ_ASSIGN(const auto writer, store.Create(compaction.Staged(number), {}));
    PQ_RETURN_NOT_OK(writer->Append(AsBytes(merged)));
    PQ_ASSIGN(auto staged, writer->Finish());
    group.files.push_back({std::move(staged), place.Child("part-" + run + ".parquet")});
    return group;
  }

  const Uri table_;
  const Uri target_;
  const Uri third_;
  const std::map<PartitionValues, Uri> before_;
  mutable Executor executor_{1};
  mutable MemoryCatalog catalog_;
  mutable int ticks_ = 0;
};

// What a run ends with if nothing disturbs it, and what holds for one that something did.
class Undisturbed {
 public:
  Undisturbed(const Uri& folder, ObjectStore& store, const TestCase& of, const std::string& run)
      : mode_(of.mode) {
    const PublishMode mode = mode_;
    const TestTable table(folder, store, of.third);
    before_ = table.AllFiles(store);
    all_ = table.AllRows(store);
    FaultStore counting(&store, {});
    EXPECT_EQ(table.Compact(counting, mode, run, TestLock(false)), Status::OK());
    calls_ = counting.calls();
    done_table_ = table.AllFiles(store);
    done_target_ = VisibleFiles(store, table.target());
    EXPECT_TRUE(IsLed(table));
    EXPECT_EQ(all_.size(), 25U);
    const bool in_place = mode == PublishMode::kInPlace;
    EXPECT_EQ(in_place ? table.AllRows(store) : VisibleRows(store, table.target()), all_);
    ExpectNothingLeft(store, table);
    kept_ = table.catalog().kept();
    EXPECT_EQ(table.counts_as_before(), mode == PublishMode::kCopy || mode == PublishMode::kMove);
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
    Rows rows = table.AllRows(store);
    for (const auto& [row, count] : VisibleRows(store, table.target())) {
      EXPECT_EQ(count, 1) << "row " << row << " in the target";
      rows[row] += count;
    }
    EXPECT_EQ(rows.size(), all_.size());
    if (mode_ != PublishMode::kCopy) return;
    EXPECT_EQ(table.AllFiles(store), before_);
  }

  // All is as if it had never been, or done: then true.
  bool ExpectEnded(ObjectStore& store, const TestTable& table) const {
    ExpectNothingLeft(store, table);
    const Files now = table.AllFiles(store);
    const Files target = VisibleFiles(store, table.target());
    const bool done = now == done_table_ && target == done_target_ && IsLed(table);
    EXPECT_TRUE(done || (now == before_ && target.empty() && table.is_as_before()));
    return done;
  }

  // The catalog keeps what is true of it.
  void ExpectCounted(const TestTable& table, bool done) const {
    EXPECT_TRUE(done ? table.catalog().kept() == kept_ : table.counts_as_before());
  }

  static void ExpectNothingLeft(ObjectStore& store, const TestTable& table) {
    for (const Uri& place : table.Places()) {
      if (CodeOf(store.List(place).status()) == ErrorCode::kNotFound) continue;
      for (const auto& [name, bytes] : Contents(store, place)) {
        if (name.find("/_pqpack/swaps/") != std::string::npos) continue;  // for undo
        EXPECT_EQ(name.find("_pqpack"), std::string::npos) << name << ": " << bytes;
      }
      for (const auto& write : store.Unfinished(place).ValueOrDie()) {
        ADD_FAILURE() << write.uri.ToString() << " is unfinished";
      }
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
    return LeadsCatalog(mode_) ? AllIn(table, table.target()) : table.is_as_before();
  }

  const PublishMode mode_;
  Rows all_;
  Files before_;
  Files done_table_;
  Files done_target_;
  MemoryCatalog::Kept kept_;  // then
  int64_t calls_ = 0;
};

}  // namespace pqpack
