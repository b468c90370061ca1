// SPDX-License-Identifier: Apache-2.0
#include "catalog/table_format.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/temporary_folder_testing.h"
#include "catalog/tree_testing.h"
#include "store/fault_store.h"
#include "store/local_store.h"
#include "store/memory_store.h"

namespace pqpack {
namespace {

const Uri kWarehouse{Scheme::kMemory, "b", "warehouse/"};

// What lies in a table's folder, and what is said of it.
struct Marked {
  const char* format;
  std::vector<std::string> objects;
};

std::vector<Marked> AllMarked() {
  return {
      {"an Iceberg table", {"data/x.parquet", "metadata/00001-5f3a.metadata.json"}},
      {"an Iceberg table", {"metadata/00000-a-m0.avro", "metadata/v3.gz.metadata.json"}},
      {"an Iceberg table", {"metadata/v3.metadata.json.gz"}},
      {"a Delta table", {"_delta_log/00000000000000000000.json", "x.parquet"}},
      {"a Delta table", {"_symlink_format_manifest/manifest", "x.parquet"}},
      {"a Hudi table", {".hoodie/hoodie.properties", "x.parquet"}},
      {"a Paimon table", {"bucket-0/x.parquet", "schema/schema-0", "snapshot/snapshot-1"}},
  };
}

// They stand in the folder itself, in one below it, and in one above it.
class TableFormat : public ::testing::TestWithParam<int> {};

TEST_P(TableFormat, IsRefusedWhereverItsMarksAre) {
  const Marked marked = AllMarked().at(static_cast<size_t>(GetParam()));
  MemoryStore store({"b"});
  PutTree(store, kWarehouse.Child("t"), marked.objects);
  PutTree(store, kWarehouse.Child("other"), {"x.parquet"});
  for (const char* below : {"t", "t/", "t/year=2023", "t/year=2023/month=01/"}) {
    const Status status = CheckTableFormat(store, kWarehouse.Child(below));
    EXPECT_EQ(CodeOf(status), ErrorCode::kConfig) << below;
    EXPECT_NE(status.message().find(std::string(" ") + marked.format + " ("), std::string::npos)
        << status.message();
    EXPECT_NE(status.message().find("memory://b/warehouse/t/"), std::string::npos);
    EXPECT_TRUE(ActionOf(status).starts_with("Compact it with ")) << ActionOf(status);
  }
  EXPECT_TRUE(CheckTableFormat(store, kWarehouse.Child("other")).ok());
  EXPECT_TRUE(CheckTableFormat(store, kWarehouse.Child("t2")).ok());
}

TEST_P(TableFormat, IsSeenInAListing) {
  const Marked marked = AllMarked().at(static_cast<size_t>(GetParam()));
  for (const std::string above : {"", "t/", "db/t/"}) {
    TableFormatWatch watch(kWarehouse);
    Status status;
    for (const auto& object : marked.objects) {
      EXPECT_TRUE(status.ok()) << object;
      status = watch.See(above + object);
      if (!status.ok()) break;
    }
    EXPECT_EQ(CodeOf(status), ErrorCode::kConfig) << above;
    EXPECT_NE(status.message().find(std::string(" ") + marked.format + " ("), std::string::npos)
        << status.message();
  }
}

INSTANTIATE_TEST_SUITE_P(All, TableFormat, ::testing::Range(0, 7));

TEST(TableFormatWatch, TransactionalFoldersOfHive) {
  for (const char* path :
       {"base_0000005/bucket_00000", "k=1/base_7_v0000012/x", "delta_1_1/x", "delta_5_5_0/x",
        "k=1/delete_delta_0000001_0000002/x", "delta_1_1/HIVE_UNION_SUBDIR_1/000000_0"}) {
    const Status status = TableFormatWatch(kWarehouse).See(path);
    EXPECT_EQ(CodeOf(status), ErrorCode::kConfig) << path;
    EXPECT_NE(status.message().find("a transactional table of Hive"), std::string::npos);
  }
}

TEST(TableFormatWatch, OrdinaryNames) {
  TableFormatWatch watch(kWarehouse);
  for (const char* path :
       {"base_/x", "base_x/x", "delta_1/x", "delta_a_b/x", "base_5", "delta/x", "metadata/x.json",
        "x.metadata.json", "k=1/schema/schema-0", "snapshot/snapshot-1", "schemas/schema-1",
        "schema/schema-", "delta_log/x", "hoodie/x", "_delta_log"}) {
    EXPECT_TRUE(watch.See(path).ok()) << path;
  }
}

TEST(TableFormatWatch, HudiMarksEachPartition) {
  EXPECT_EQ(CodeOf(TableFormatWatch(kWarehouse).See("k=1/.hoodie_partition_metadata")),
            ErrorCode::kConfig);
}

TEST(CheckTableFormat, NamesOfTheFolderItself) {
  MemoryStore store({"b"});
  for (const char* below : {"t/_delta_log", "t/.hoodie/metadata", "t/k=1/base_5", "t/delta_1_1"}) {
    EXPECT_EQ(CodeOf(CheckTableFormat(store, kWarehouse.Child(below))), ErrorCode::kConfig)
        << below;
  }
  // Far above it is a name as any other one.
  EXPECT_TRUE(CheckTableFormat(store, kWarehouse.Child("base_5/t")).ok());
}

TEST(CheckTableFormat, TheRootOfTheBucketIsATableToo) {
  MemoryStore store({"b"});
  PutTree(store, {Scheme::kMemory, "b", ""}, {"_delta_log/0.json"});
  EXPECT_EQ(CodeOf(CheckTableFormat(store, kWarehouse.Child("t"))), ErrorCode::kConfig);
  EXPECT_EQ(CodeOf(CheckTableFormat(store, {Scheme::kMemory, "b", ""})), ErrorCode::kConfig);
}

TEST(CheckTableFormat, WhatCanNotBeListedIsAnError) {
  MemoryStore memory({"b"});
  FaultStore store(&memory, {{{StoreFault::kFail, 1, StoreOperation::kNext, ErrorCode::kDenied}}});
  const Status status = CheckTableFormat(store, kWarehouse.Child("t"));
  EXPECT_EQ(CodeOf(status), ErrorCode::kDenied);
  EXPECT_EQ(ActionOf(status), "Allow to list memory://b/warehouse/t/_delta_log.");
}

TEST(CheckTableFormat, LocalFoldersByTheirLinksToo) {
  const TemporaryFolder folder;
  const auto store = MakeLocalStore();
  const Uri root{Scheme::kLocal, {}, folder.path().string()};
  PutTree(*store, root, {"delta/_delta_log/0.json", "delta/k=1/x.parquet", "plain/x.parquet"});
  std::filesystem::create_directory_symlink(folder.path() / "delta/k=1", folder.path() / "link");
  EXPECT_EQ(CodeOf(CheckTableFormat(*store, root.Child("delta/k=1"))), ErrorCode::kConfig);
  const Status status = CheckTableFormat(*store, root.Child("link"));
  EXPECT_EQ(CodeOf(status), ErrorCode::kConfig);
  EXPECT_TRUE(status.message().starts_with(root.Child("link/").ToString())) << status.message();
  EXPECT_TRUE(CheckTableFormat(*store, root.Child("plain")).ok());
}

}  // namespace
}  // namespace pqpack
