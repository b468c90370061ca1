// SPDX-License-Identifier: Apache-2.0
#include "catalog/hive_directory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "base/temporary_folder_testing.h"
#include "catalog/partition_types.h"
#include "catalog/predicate.h"
#include "catalog/tree_testing.h"
#include "store/fault_store.h"
#include "store/local_store.h"
#include "store/memory_store.h"

namespace pqpack {
namespace {

const Uri kTable{Scheme::kMemory, "b", "db/t/"};

// folder -> names of its objects below it, as they were given
using Tree = std::map<std::string, std::vector<std::string>>;

Result<Tree> Read(Catalog& catalog, std::string_view text = "") {
  PQ_ASSIGN(const CatalogTable table, catalog.GetTable());
  PQ_ASSIGN(const Predicate predicate, Predicate::Parse(text, table.partition_keys));
  PQ_ASSIGN(auto partitions, catalog.Partitions(predicate));
  Tree tree;
  while (true) {
    PQ_ASSIGN(auto listed, partitions->Next());
    if (!listed) return tree;
    const Partition& partition = listed->partition;
    EXPECT_EQ(partition.location, table.location.Child(partition.folder));
    EXPECT_EQ(partition.values.size(), table.partition_keys.size());
    EXPECT_FALSE(tree.contains(partition.folder)) << partition.folder;
    for (const ObjectInfo& object : listed->objects.value()) {
      EXPECT_TRUE(object.uri.key.starts_with(partition.location.key));
      tree[partition.folder].push_back(object.uri.key.substr(partition.location.key.size()));
    }
  }
}

class HiveDirectoryTest : public ::testing::Test {
 protected:
  void Put(const std::vector<std::string>& paths) { PutTree(store_, kTable, paths); }

  HiveDirectory Directory(std::string_view types = "") {
    std::vector<Column> columns;
    if (!types.empty()) columns = ParsePartitionTypes(types).ValueOrDie();
    return {&store_, kTable, std::move(columns)};
  }

  // By inferred types and by given ones.
  void ExpectTree(const Tree& tree, std::string_view types) {
    auto inferred = Directory();
    EXPECT_EQ(Read(inferred).ValueOrDie(), tree);
    auto told = Directory(types);
    EXPECT_EQ(Read(told).ValueOrDie(), tree);
  }

  void ExpectRefused(std::string_view types, std::string_view message) {
    for (const auto& given : {std::string_view(), types}) {
      auto directory = Directory(given);
      const auto tree = Read(directory);
      EXPECT_EQ(CodeOf(tree.status()), ErrorCode::kConfig);
      EXPECT_EQ(tree.status().message(), message);
    }
  }

  MemoryStore store_{{"b"}};
};

TEST_F(HiveDirectoryTest, PartitionsAreFoldersByteForByte) {
  Put({"year=2023/month=01/a.parquet", "year=2023/month=01/b.parquet", "year=2023/month=1/c",
       "year=2024/month=10/d.parquet"});
  ExpectTree({{"year=2023/month=01/", {"a.parquet", "b.parquet"}},
              {"year=2023/month=1/", {"c"}},
              {"year=2024/month=10/", {"d.parquet"}}},
             "year int, month string");
}

TEST_F(HiveDirectoryTest, ATreeWithoutPartitionsIsOne) {
  Put({"a.parquet", "b", "_hidden/c.parquet"});
  auto directory = Directory();
  EXPECT_EQ(Read(directory).ValueOrDie(), (Tree{{"", {"a.parquet", "b"}}}));
  const CatalogTable table = directory.GetTable().ValueOrDie();
  EXPECT_TRUE(table.partition_keys.empty());
  EXPECT_EQ(table.name, "memory://b/db/t/");
  EXPECT_EQ(table.location, kTable);
}

TEST_F(HiveDirectoryTest, FoldersThatAreNoPartitionsMayBeTables) {
  Put({"a.parquet", "sub/b.parquet"});
  auto directory = Directory();
  const Status status = Read(directory).status();
  EXPECT_EQ(CodeOf(status), ErrorCode::kConfig) << status;
  EXPECT_NE(status.message().find("'sub/b.parquet' lies in a folder that is no key=value"),
            std::string::npos);
}

TEST_F(HiveDirectoryTest, ACompactionOfAPartOfTheTable) {
  Put({"_pqpack/run/journal.json", "k=1/_pqpack/lock", "k=1/a"});
  auto directory = Directory("k int");
  const Status status = Read(directory).status();
  EXPECT_EQ(CodeOf(status), ErrorCode::kAlreadyExists) << status;
  EXPECT_NE(ActionOf(status).find("pqpack recover memory://b/db/t/k=1/"), std::string::npos);
}

TEST_F(HiveDirectoryTest, EveryVisibleObjectBelongsWhateverItsName) {
  Put({"k=1/.x.crc", "k=1/_SUCCESS", "k=1/_tmp/x", "k=1/a.parquet.txt", "k=1/sub/b", "k=1/c.csv",
       "_metadata", "_pqpack/1/x", ".spark/x"});
  ExpectTree({{"k=1/", {"a.parquet.txt", "c.csv", "sub/b"}}}, "k int");
}

TEST_F(HiveDirectoryTest, MarkersOfFoldersAreNoObjects) {
  Put({"k=1/", "k=1_$folder$", "k=1/a", "k=2/"});
  ExpectTree({{"k=1/", {"a"}}}, "k int");
}

TEST_F(HiveDirectoryTest, OnlyHiddenObjectsAreATableWithoutPartitions) {
  Put({"_SUCCESS"});
  ExpectTree({}, "k int");
}

TEST_F(HiveDirectoryTest, NoObjectAtAllIsNotFound) {
  PutTree(store_, {Scheme::kMemory, "b", "db/t2"}, {"x.parquet"});
  auto directory = Directory();
  const auto table = directory.GetTable();
  EXPECT_EQ(CodeOf(table.status()), ErrorCode::kNotFound);
  EXPECT_EQ(table.status().message(), "memory://b/db/t/: there is no object");
}

TEST_F(HiveDirectoryTest, ValuesWithoutEscapes) {
  Put({"a=x%2Fy/b=__HIVE_DEFAULT_PARTITION__/1", "a=z/b=2023-01-01/2"});
  auto directory = Directory();
  const Predicate all;
  const auto keys = directory.GetTable()->partition_keys;
  EXPECT_EQ(keys, (std::vector<Column>{{"a", "string"}, {"b", "date"}}));
  auto partitions = directory.Partitions(all).ValueOrDie();
  const auto first = partitions->Next().ValueOrDie().value();
  EXPECT_EQ(first.partition.values, (PartitionValues{"x/y", std::nullopt}));
  EXPECT_EQ(first.partition.folder, "a=x%2Fy/b=__HIVE_DEFAULT_PARTITION__/");
  const auto second = partitions->Next().ValueOrDie().value();
  EXPECT_EQ(second.partition.values, (PartitionValues{"z", "2023-01-01"}));
  EXPECT_FALSE(partitions->Next().ValueOrDie());
}

TEST_F(HiveDirectoryTest, ThePredicateSelects) {
  Put({"year=2022/month=12/a", "year=2023/month=01/b", "year=2023/month=2/c",
       "year=2023/month=__HIVE_DEFAULT_PARTITION__/d"});
  for (const char* types : {"", "year int, month int"}) {
    auto directory = Directory(types);
    EXPECT_EQ(Read(directory, "year='2023' AND month IN (1, '02')").ValueOrDie(),
              (Tree{{"year=2023/month=01/", {"b"}}, {"year=2023/month=2/", {"c"}}}));
    // Asked again it lists again.
    EXPECT_EQ(Read(directory, "month IS NULL").ValueOrDie(),
              (Tree{{"year=2023/month=__HIVE_DEFAULT_PARTITION__/", {"d"}}}));
    EXPECT_EQ(CodeOf(Read(directory, "day=1").status()), ErrorCode::kInvalid);
  }
}

TEST_F(HiveDirectoryTest, TypesAreInferredFromAllFolders) {
  Put({"k=1/a", "k=2/b", "k=x/c"});
  auto directory = Directory();
  EXPECT_EQ(directory.GetTable()->partition_keys, (std::vector<Column>{{"k", "string"}}));
}

TEST_F(HiveDirectoryTest, AValueThatIsNotOfTheGivenTypeIsAnError) {
  Put({"k=1/a", "k=x/c"});
  auto directory = Directory("k int");
  EXPECT_EQ(CodeOf(Read(directory, "k=1").status()), ErrorCode::kConfig);
  EXPECT_EQ(Read(directory)->size(), 2U);
}

TEST_F(HiveDirectoryTest, GivenNamesAreMatchedWithoutCase) {
  Put({"Year=2023/a"});
  auto directory = Directory("year int");
  EXPECT_EQ(Read(directory, "YEAR=2023").ValueOrDie(), (Tree{{"Year=2023/", {"a"}}}));
  auto other = Directory("year int, month int");
  EXPECT_EQ(CodeOf(Read(other).status()), ErrorCode::kConfig);
  EXPECT_EQ(Read(other).status().message(),
            "memory://b/db/t/: the folders of 'Year=2023/' have the keys (Year), and not "
            "(year, month)");
}

TEST_F(HiveDirectoryTest, MixedDepthIsRefused) {
  Put({"k=1/a", "z.parquet"});
  ExpectRefused("k int",
                "memory://b/db/t/: 'k=1/a' and 'z.parquet' lie at different depths of partition "
                "folders");
}

TEST_F(HiveDirectoryTest, PartitionsBehindFilesWithoutAreRefused) {
  Put({"1", "k=1/a"});
  ExpectRefused("k int",
                "memory://b/db/t/: '1' and 'k=1/a' lie at different depths of partition folders");
}

TEST_F(HiveDirectoryTest, DeeperKeysAreRefused) {
  Put({"k=1/a", "k=1/l=2/b"});
  ExpectRefused("k int",
                "memory://b/db/t/: 'k=1/a' and 'k=1/l=2/b' lie at different depths of partition "
                "folders");
}

TEST_F(HiveDirectoryTest, KeysBelowAnOrdinaryFolderAreRefused) {
  Put({"k=1/a", "k=1/sub/l=2/b"});
  ExpectRefused("k int",
                "memory://b/db/t/: 'k=1/a' and 'k=1/sub/l=2/b' lie at different depths of "
                "partition folders");
}

TEST_F(HiveDirectoryTest, KeysBelowAnOrdinaryFolderAtOnceAreRefused) {
  Put({"sub/k=1/b"});
  ExpectRefused("k int",
                "memory://b/db/t/: 'sub/k=1/b' has folders of keys below one that is none");
}

TEST_F(HiveDirectoryTest, OtherKeysAreRefused) {
  Put({"k=1/l=1/a", "l=1/k=1/b"});
  ExpectRefused("k int, l int",
                "memory://b/db/t/: the folders of 'k=1/l=1/a' and 'l=1/k=1/b' have different keys");
}

TEST_F(HiveDirectoryTest, KeysThatDifferInCaseAreRefused) {
  Put({"Month=01/a", "month=02/b"});
  ExpectRefused("month int",
                "memory://b/db/t/: the folders of 'Month=01/a' and 'month=02/b' have keys that "
                "differ in case");
}

TEST_F(HiveDirectoryTest, AKeyThatStandsTwiceIsRefused) {
  Put({"k=1/K=2/a"});
  ExpectRefused("k int, l int", "memory://b/db/t/: 'k=1/K=2/a' names the key 'K' twice");
}

TEST_F(HiveDirectoryTest, KeysThatOnlySparkSeesAreRefused) {
  Put({"_day=1/a"});
  ExpectRefused("k int",
                "memory://b/db/t/: '_day=1/a' is in a partition for Spark, and hidden for Hive, "
                "Athena and others");
}

TEST_F(HiveDirectoryTest, TablesOfOtherFormatsAreRefused) {
  Put({"k=1/a", "k=2/_delta_log/0.json"});
  ExpectRefused("k int",
                "memory://b/db/t/ is, holds or lies in a Delta table (k=2/_delta_log/0.json): its "
                "log names each of its files");
  PutTree(store_, {Scheme::kMemory, "b", "db"}, {".hoodie/hoodie.properties"});
  ExpectRefused("k int",
                "memory://b/db/t/ is, holds or lies in a Hudi table "
                "(memory://b/db/.hoodie/hoodie.properties): its timeline names each of its files");
}

TEST_F(HiveDirectoryTest, IsListedOnce) {
  Put({"k=1/a", "k=2/b"});
  for (const char* types : {"", "k int"}) {
    FaultStore counted(&store_, {});
    std::vector<Column> columns;
    if (*types != '\0') columns = ParsePartitionTypes(types).ValueOrDie();
    HiveDirectory directory(&counted, kTable, columns);
    EXPECT_EQ(Read(directory)->size(), 2U);
    // Five looks for other formats in each of three folders, none of which reads further
    // than its first page, and the tree in one page and its end.
    EXPECT_EQ(counted.calls(StoreOperation::kList), 15 + 1);
    EXPECT_EQ(counted.calls(StoreOperation::kNext), 15 + 2);
    EXPECT_EQ(counted.calls(StoreOperation::kFind), 0);
    EXPECT_EQ(counted.calls(StoreOperation::kRead), 0);
  }
}

TEST_F(HiveDirectoryTest, WhatIsNotKeptIsListedAgainIfItIsSelected) {
  Put({"k=1/a", "k=1/b", "k=2/_x", "k=2/c", "k=2/sub/d", "k=3/e"});
  for (const auto& [keep, lists] : std::map<size_t, int>{{0, 2}, {2, 2}, {3, 2}, {4, 1}, {6, 1}}) {
    FaultStore counted(&store_, {});
    HiveDirectory directory(&counted, kTable, {}, keep);
    EXPECT_EQ(Read(directory, "k=2").ValueOrDie(), (Tree{{"k=2/", {"c", "sub/d"}}})) << keep;
    EXPECT_EQ(counted.calls(StoreOperation::kList), 15 + lists) << keep;
    EXPECT_EQ(Read(directory)->size(), 3U);
  }
}

TEST_F(HiveDirectoryTest, AnErrorOfTheStoreIsNoEnd) {
  Put({"k=1/a", "k=2/b"});
  FaultStore faulty(&store_, {{{StoreFault::kFail, 17, StoreOperation::kNext}}});
  HiveDirectory directory(&faulty, kTable);
  EXPECT_EQ(CodeOf(directory.GetTable().status()), ErrorCode::kTransient);
}

// Lists as S3 directory buckets may.
class UnorderedStore : public MemoryStore {
 public:
  using MemoryStore::MemoryStore;
  Result<std::unique_ptr<Listing>> List(const Uri& folder) override {
    PQ_ASSIGN(auto ordered, MemoryStore::List(folder));
    return std::make_unique<Backwards>(std::move(ordered));
  }

 private:
  class Backwards : public Listing {
   public:
    explicit Backwards(std::unique_ptr<Listing> ordered) : ordered_(std::move(ordered)) {}
    Result<std::vector<ObjectInfo>> Next() override {
      PQ_ASSIGN(auto page, ordered_->Next());
      std::ranges::reverse(page);
      return page;
    }

   private:
    std::unique_ptr<Listing> ordered_;
  };
};

TEST(HiveDirectoryUnordered, IsRefusedSincePartitionsWouldComeInPieces) {
  UnorderedStore store({"b"});
  PutTree(store, kTable, {"k=1/a", "k=1/b"});
  HiveDirectory directory(&store, kTable);
  const auto table = directory.GetTable();
  EXPECT_EQ(CodeOf(table.status()), ErrorCode::kConfig);
  EXPECT_EQ(table.status().message(),
            "memory://b/db/t/: 'k=1/a' is listed behind 'k=1/b', so partitions come in pieces");
}

TEST(HiveDirectoryLocal, AFolderOfTheDisk) {
  const TemporaryFolder folder;
  const auto store = MakeLocalStore();
  const Uri root{Scheme::kLocal, {}, (folder.path() / "t").string()};
  PutTree(*store, root, {"month=01/a b.parquet", "month=01/_x", "month=1/é.parquet"});
  HiveDirectory directory(store.get(), root);
  EXPECT_EQ(Read(directory, "month=1").ValueOrDie(),
            (Tree{{"month=01/", {"a b.parquet"}}, {"month=1/", {"é.parquet"}}}));
  HiveDirectory missing(store.get(), root.Child("month=3"));
  EXPECT_EQ(CodeOf(missing.GetTable().status()), ErrorCode::kNotFound);
}

}  // namespace
}  // namespace pqpack
