// SPDX-License-Identifier: Apache-2.0
//
// For tests of whole compactions: a table of small Parquet files, and what a reader finds of it.
//
// File i of a partition has 2^i times rows_ rows, so that the rows of an output tell which files it
// is made of.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "catalog/hive_directory.h"
#include "catalog/partition_path.h"
#include "commit/run_folder.h"
#include "inspect/read_footer.h"
#include "run/compact.h"
#include "run/repack_testing.h"
#include "store/conformance_testing.h"
#include "store/fault_store.h"
#include "store/read_ahead_file.h"

namespace pqpack {

constexpr int64_t kFiles = 3;
constexpr int64_t kAllRows = (1 << kFiles) - 1;
inline const std::vector<std::string> kPartitions = {"p=1/", "p=2/", "p=3/"};

using Files = std::map<std::string, std::string>;  // name below the folder -> bytes

class CompactedTable : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    if (IsSkipped()) return;
    SetRows(1);
    options_.table.policy.target_file_size = 4000;
    options_.target = FindTarget("generic").ValueOrDie();
    options_.workers = 1;  // so that the n-th call is always the same
    options_.lock.renew_every = std::chrono::seconds(0);
    options_.lock.is_gone = [](const ProcessIdentity&) { return true; };
  }

  void SetRows(int64_t rows) {
    rows_ = rows;
    for (const std::string& partition : kPartitions) {
      for (int64_t i = 0; i < kFiles; ++i) {
        original_[partition + std::to_string(i) + ".parquet"] = LargeFile(rows * (8 << i));
      }
    }
    // Large enough, so it is left, or taken along.
    original_["p=2/large.parquet"] = LargeFile(rows * 8 * 1000);
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
      EXPECT_EQ(RowsOf(folder.Child(name)), kAllRows * rows_) << name;
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

  // Takes a place away again: a test of many large ones would hold them all.
  void Forget(const Place& place) {
    for (const Uri& folder : {place.table, place.destination}) {
      if (CodeOf(store().List(folder).status()) == ErrorCode::kNotFound) continue;
      for (const auto& [key, bytes] : Contents(store(), folder)) {
        const auto found = store().Find({folder.scheme, folder.bucket, key});
        ASSERT_TRUE(found.ok()) << found.status();
        ASSERT_EQ(store().Delete(found->id()), Status::OK());
      }
    }
  }

  int64_t rows_ = 1;
  Files original_;
  CompactOptions options_;
  CompactSummary summary_;
  std::vector<PartitionDone> done_;
  uint64_t runs_ = 0;
};

}  // namespace pqpack
