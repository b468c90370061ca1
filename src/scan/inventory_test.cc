// SPDX-License-Identifier: Apache-2.0
#include "scan/inventory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "store/memory_store.h"

namespace pqpack {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Uri kTable{Scheme::kMemory, "b", "t/"};

class ScriptedStream : public PartitionStream {
 public:
  explicit ScriptedStream(std::vector<Result<ListedPartition>> answers)
      : answers_(std::move(answers)) {}
  Result<std::optional<ListedPartition>> Next() override {
    if (at_ == answers_.size()) return std::nullopt;
    PQ_ASSIGN(ListedPartition next, answers_[at_++]);
    return next;
  }

 private:
  std::vector<Result<ListedPartition>> answers_;
  size_t at_ = 0;
};

class ScriptedCatalog : public Catalog {
 public:
  Result<CatalogTable> GetTable() override {
    CatalogTable table;
    table.name = "t";
    table.location = kTable;
    return table;
  }
  Result<std::unique_ptr<PartitionStream>> Partitions(const Predicate&) override {
    return std::make_unique<ScriptedStream>(answers);
  }
  std::vector<Result<ListedPartition>> answers;
};

Partition At(const std::string& folder) { return {{"1"}, kTable.Child(folder), folder}; }

std::vector<std::string> Keys(const PartitionFiles& files) {
  std::vector<std::string> keys;
  for (const ObjectInfo& object : files.objects) keys.push_back(object.uri.key);
  return keys;
}

class InventoryTest : public ::testing::Test {
 protected:
  void Put(const std::string& name) {
    const auto writer = store_.Create(kTable.Child(name), {}).ValueOrDie();
    ASSERT_EQ(writer->Append(AsBytes("data")), Status::OK());
    ASSERT_TRUE(writer->Finish().ok());
  }
  Result<Inventory> Take() {
    return TakeInventory(catalog_, catalog_.GetTable().ValueOrDie(), {}, store_, stop_.get_token());
  }

  MemoryStore store_{{"b"}};
  ScriptedCatalog catalog_;
  std::stop_source stop_;
};

TEST_F(InventoryTest, ACatalogThatHasLookedIsNotAskedTwice) {
  Put("day=1/not-listed");
  const ObjectInfo object{kTable.Child("day=1/a"), "e", 5, {}};
  catalog_.answers = {ListedPartition{At("day=1/"), std::vector{object}}};
  const Inventory inventory = Take().ValueOrDie();
  EXPECT_EQ(inventory.table.name, "t");
  ASSERT_EQ(inventory.partitions.size(), 1u);
  EXPECT_EQ(inventory.partitions[0].partition.folder, "day=1/");
  EXPECT_THAT(Keys(inventory.partitions[0]), ElementsAre("t/day=1/a"));
}

TEST_F(InventoryTest, OneThatHasNotIsListedWithoutWhatIsHidden) {
  for (const char* name :
       {"day=1/b", "day=1/_tmp/x", "day=1/.b.crc", "day=1/a.parquet", "day=2/c"}) {
    Put(name);
  }
  catalog_.answers = {ListedPartition{At("day=1/"), std::nullopt},
                      ListedPartition{At("day=3/"), std::nullopt}};
  const Inventory inventory = Take().ValueOrDie();
  ASSERT_EQ(inventory.partitions.size(), 2u);
  EXPECT_THAT(Keys(inventory.partitions[0]), ElementsAre("t/day=1/a.parquet", "t/day=1/b"));
  EXPECT_THAT(Keys(inventory.partitions[1]), IsEmpty());
}

TEST_F(InventoryTest, WhatForbidsToTouchTheTableMayComeLast) {
  catalog_.answers = {ListedPartition{At("day=1/"), std::vector<ObjectInfo>{}},
                      Error(ErrorCode::kConfig, "a Delta table")};
  EXPECT_EQ(CodeOf(Take().status()), ErrorCode::kConfig);
}

TEST_F(InventoryTest, AStopEndsIt) {
  catalog_.answers = {ListedPartition{At("day=1/"), std::vector<ObjectInfo>{}}};
  stop_.request_stop();
  EXPECT_EQ(CodeOf(Take().status()), ErrorCode::kCancelled);
}

}  // namespace
}  // namespace pqpack
