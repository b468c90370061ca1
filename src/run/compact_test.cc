// SPDX-License-Identifier: Apache-2.0
//
// A whole compaction dies at each of its store calls in turn, in each mode.  A reader finds every
// row at each of these moments, and a run that follows ends as an undisturbed one does.
//
// File i of a partition has 2^i rows, so that the rows of an output tell which files it is
// made of.
#include "run/compact.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "catalog/hive_directory.h"
#include "catalog/partition_path.h"
#include "commit/run_folder.h"
#include "inspect/read_footer.h"
#include "run/repack_testing.h"
#include "store/conformance_testing.h"
#include "store/fault_store.h"
#include "store/read_ahead_file.h"
#include "verify/compare_tables.h"

namespace pqpack {
namespace {

constexpr int64_t kFiles = 3;
constexpr int64_t kAllRows = (1 << kFiles) - 1;
const std::vector<std::string> kPartitions = {"p=1/", "p=2/", "p=3/"};

using Files = std::map<std::string, std::string>;  // name below the folder -> bytes

class CompactTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    if (IsSkipped()) return;
    for (const std::string& partition : kPartitions) {
      for (int64_t i = 0; i < kFiles; ++i) {
        original_[partition + std::to_string(i) + ".parquet"] = LargeFile(8 << i);
      }
    }
    // Large enough, so it is left, or taken along.
    original_["p=2/large.parquet"] = LargeFile(8 * 1000);
    options_.table.policy.target_file_size = 4000;
    options_.target = FindTarget("generic").ValueOrDie();
    options_.workers = 1;  // so that the n-th call is always the same
    options_.lock.renew_every = std::chrono::seconds(0);
    options_.lock.is_gone = [](const ProcessIdentity&) { return true; };
  }

  // Table and destination of one case.
  struct Place {
    Uri table, destination;
  };

  Place Fill(const std::string& name) {
    const Place place{At(name + "/table/"), At(name + "/destination/")};
    for (const auto& [file, bytes] : original_) Put(store(), place.table.Child(file), bytes);
    return place;
  }

  Status Run(ObjectStore& store, const Place& place, PublishMode mode) {
    options_.publish = mode;
    options_.moved_from = place.table;
    options_.destination = mode == PublishMode::kInPlace ? Uri() : place.destination;
    options_.run = MakeRunId(TimePoint(std::chrono::hours(24 * 365 * 50)), ++runs_);
    HiveDirectory catalog(&store, place.table);
    summary_ = {};
    done_.clear();
    Executor io(1);
    Events events;
    return Compact(
        options_, catalog, {store, store}, io, events,
        [&](const PartitionDone& partition) { done_.push_back(partition); }, {}, &summary_);
  }

  Files Visible(const Uri& folder) {
    Files files;
    if (CodeOf(store().List(folder).status()) == ErrorCode::kNotFound) return files;
    for (auto& [key, bytes] : Contents(store(), folder)) {
      const std::string name = key.substr(folder.key.size());
      if (!IsHidden(name)) files[name] = std::move(bytes);
    }
    return files;
  }

  int64_t RowsOf(const Uri& uri) {
    const ObjectInfo object = store().Find(uri).ValueOrDie();
    const auto file = ReadAheadFile::Open(store(), object, {}).ValueOrDie();
    const auto footer = ReadFooter(*file, uri.ToString());
    EXPECT_TRUE(footer.ok()) << footer.status();
    return footer.ok() ? footer->num_rows : -1;
  }

  // The files that a reader of the folder finds rows of in a partition, each as often as it does.
  std::multiset<std::string> Sources(const Uri& folder, const std::string& partition) {
    std::multiset<std::string> sources;
    for (const auto& [name, bytes] : Visible(folder)) {
      if (!name.starts_with(partition)) continue;
      if (const auto found = original_.find(name); found != original_.end()) {
        EXPECT_EQ(bytes, found->second) << name;
        sources.insert(name);
        continue;
      }
      EXPECT_EQ(RowsOf(folder.Child(name)), kAllRows) << name;
      for (int64_t i = 0; i < kFiles; ++i) {
        sources.insert(partition + std::to_string(i) + ".parquet");
      }
    }
    return sources;
  }

  std::multiset<std::string> All(const std::string& partition) const {
    std::multiset<std::string> all;
    for (const auto& [name, bytes] : original_) {
      if (name.starts_with(partition)) all.insert(name);
    }
    return all;
  }

  void ExpectNoneLost(const Place& place, PublishMode mode) {
    for (const std::string& partition : kPartitions) {
      auto seen = Sources(place.table, partition);
      const auto copied = Sources(place.destination, partition);
      EXPECT_EQ(std::set(copied.begin(), copied.end()).size(), copied.size()) << partition;
      if (mode == PublishMode::kCopy) {
        EXPECT_EQ(seen, All(partition));
      }
      seen.insert(copied.begin(), copied.end());
      for (const std::string& name : All(partition)) EXPECT_GE(seen.count(name), 1U) << name;
    }
  }

  void ExpectDone(const Place& place, PublishMode mode) {
    const Uri& result = mode == PublishMode::kInPlace ? place.table : place.destination;
    for (const std::string& partition : kPartitions) {
      EXPECT_EQ(Sources(result, partition), All(partition)) << partition;
    }
    EXPECT_EQ(Visible(result).size(), kPartitions.size() + 1);
    if (mode != PublishMode::kInPlace) {
      EXPECT_EQ(Visible(place.table), mode == PublishMode::kMove ? Files() : original_);
    }
    for (const Uri& folder : {place.table, place.destination}) {
      if (CodeOf(store().List(folder).status()) == ErrorCode::kNotFound) continue;
      for (const auto& [key, bytes] : Contents(store(), folder)) {
        EXPECT_EQ(key.find("_pqpack"), std::string::npos) << key;
      }
      EXPECT_TRUE(store().Unfinished(folder).ValueOrDie().empty());
    }
  }

  void DieAtEachCall(PublishMode mode);

  Files original_;
  CompactOptions options_;
  CompactSummary summary_;
  std::vector<PartitionDone> done_;
  uint64_t runs_ = 0;
};

void CompactTest::DieAtEachCall(PublishMode mode) {
  const Place good = Fill("undisturbed");
  FaultStore counting(&store(), {});
  ASSERT_EQ(Run(counting, good, mode), Status::OK());
  ExpectDone(good, mode);
  EXPECT_EQ(summary_.completed, 3);
  EXPECT_EQ(summary_.rows, 3 * kAllRows);
  ASSERT_GT(counting.calls(), 50);
  // A real server and a real disk take a while.
  const int64_t stride = kind() == StoreKind::kMemory ? 1 : 11;
  int completed = 0;
  int undone = 0;
  for (int64_t n = 1; n <= counting.calls(); n += stride) {
    SCOPED_TRACE("dies at call " + std::to_string(n));
    const Place place = Fill("dies" + std::to_string(n));
    {
      FaultStore dying(&store(), {{{.kind = StoreFault::kCrash, .nth = n}}});
      (void)Run(dying, place, mode);
    }
    ExpectNoneLost(place, mode);
    const Status again = Run(store(), place, mode);
    ASSERT_TRUE(again.ok()) << again;
    // Where it has completed the run that died, there is nothing more to do.
    completed += summary_.completed < 3 ? 1 : 0;
    undone += summary_.completed == 3 ? 1 : 0;
    ExpectDone(place, mode);
  }
  EXPECT_GT(undone, 0);
  EXPECT_GT(completed, 0);
}

TEST_P(CompactTest, InPlaceDiesAtEachCall) { DieAtEachCall(PublishMode::kInPlace); }
TEST_P(CompactTest, ACopyDiesAtEachCall) { DieAtEachCall(PublishMode::kCopy); }
TEST_P(CompactTest, AMoveDiesAtEachCall) { DieAtEachCall(PublishMode::kMove); }

TEST_P(CompactTest, TheRowsAreThoseOfTheOriginals) {
  const Place place = Fill("whole");
  const Place pristine = Fill("pristine");
  Executor executor(1);
  ASSERT_EQ(Run(store(), place, PublishMode::kInPlace), Status::OK());
  for (const PartitionDone& partition : done_) {
    TableFiles before{&store(), {}};
    for (int64_t i = 0; i < kFiles; ++i) {
      before.objects.push_back(
          store()
              .Find(pristine.table.Child(partition.folder + std::to_string(i) + ".parquet"))
              .ValueOrDie());
    }
    ASSERT_EQ(partition.outputs.size(), 1U);
    const TableFiles after{
        &store(), {store().Find(Uri::Parse(partition.outputs[0]).ValueOrDie()).ValueOrDie()}};
    CompareOptions options;
    options.executor = &executor;
    options.pool = arrow::system_memory_pool();
    const auto compared = CompareTables(before, after, std::nullopt, options);
    ASSERT_TRUE(compared.ok()) << compared.status();
    EXPECT_FALSE(compared->difference);
    EXPECT_EQ(compared->rows_b, kAllRows);
  }
}

// What it has then must not be lost, and not be mixed with what it had.
TEST_P(CompactTest, AFileThatChangesAtAnyMoment) {
  FaultStore counting(&store(), {});
  ASSERT_EQ(Run(counting, Fill("counted"), PublishMode::kInPlace), Status::OK());
  const int64_t stride = kind() == StoreKind::kMemory ? 1 : 11;
  std::set<int64_t> sums;
  for (int64_t n = 1; n <= counting.calls(); n += stride) {
    SCOPED_TRACE("changes at call " + std::to_string(n));
    const Place place = Fill("changing" + std::to_string(n));
    bool changed = false;
    FaultStore changing(&store(), {{{.kind = StoreFault::kDelay, .nth = n}}, [&] {
                                     const Uri file = place.table.Child("p=1/1.parquet");
                                     if (store().Find(file).ok()) changed = true;
                                     if (changed) Put(store(), file, LargeFile(80));
                                   }});
    ASSERT_EQ(Run(changing, place, PublishMode::kInPlace), Status::OK());
    int64_t rows = 0;
    for (const auto& [name, bytes] : Visible(place.table)) {
      if (name.starts_with("p=1/")) rows += RowsOf(place.table.Child(name));
    }
    sums.insert(rows);
    const bool merged = done_[0].status.ok();
    if (!changed) {
      EXPECT_EQ(rows, kAllRows);
    } else if (merged || rows == 1 + 10 + 4) {
      EXPECT_EQ(rows, 1 + 10 + 4);
    } else {
      // It changed behind the last look at it: its earlier rows are in the output, and that is
      // said.
      EXPECT_EQ(rows, kAllRows + 10);
      EXPECT_EQ(CodeOf(done_[0].status), ErrorCode::kSourceChanged);
    }
  }
  EXPECT_TRUE(sums.contains(1 + 10 + 4));
}

INSTANTIATE_TEST_SUITE_P(Stores, CompactTest,
                         ::testing::Values(StoreCase{StoreKind::kMemory, false},
                                           StoreCase{StoreKind::kLocal, false},
                                           StoreCase{StoreKind::kS3, false}),
                         NameOfCase);

}  // namespace
}  // namespace pqpack
