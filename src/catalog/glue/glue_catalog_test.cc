// SPDX-License-Identifier: Apache-2.0
#include "catalog/glue/glue_catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalog/glue/glue_testing.h"
#include "catalog/predicate.h"
#include "catalog/tree_testing.h"
#include "store/memory_store.h"

namespace pqpack {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class GlueCatalogTest : public ::testing::Test {
 protected:
  std::string Answer(const std::string& call, const GlueJson& input) {
    if (call == "GetTable") return JsonAnswer({{"Table", table}});
    if (call == "GetTables") return JsonAnswer({{"TableList", tables}});
    expressions.push_back(TextOf(input, "Expression"));
    return JsonAnswer({{"Partitions", partitions}});
  }

  void Add(const std::vector<std::string>& values, const std::string& location) {
    partitions.push_back(ParquetPartition(values, location));
  }
  void Put(const std::vector<std::string>& keys) { PutTree(store, {Scheme::kS3, "b", ""}, keys); }

  GlueCatalog& catalog() {
    if (!catalog_) catalog_.emplace(&glue.client(), &store, &io, GlueTableName{"lake", "t"});
    return *catalog_;
  }

  // Folder, and keys of objects below the bucket.
  Result<std::vector<std::string>> Listed(const std::string& text = {}) {
    PQ_ASSIGN(const auto found, catalog().GetTable());
    PQ_ASSIGN(const auto predicate, Predicate::Parse(text, found.partition_keys));
    PQ_ASSIGN(const auto stream, catalog().Partitions(predicate));
    std::vector<std::string> all;
    while (true) {
      PQ_ASSIGN(const auto listed, stream->Next());
      if (!listed) return all;
      std::string line = listed->partition.folder + ':';
      for (const ObjectInfo& object : *listed->objects) line += ' ' + object.uri.key;
      all.push_back(std::move(line));
    }
  }

  std::string Refused(const std::string& text = {}) {
    const auto listed = Listed(text);
    EXPECT_EQ(CodeOf(listed.status()), ErrorCode::kConfig) << listed.status();
    return listed.status().message();
  }

  GlueJson table = ParquetTable("t", "s3://b/t/", {"k"});
  GlueJson tables = GlueJson::array();
  GlueJson partitions = GlueJson::array();
  std::vector<std::string> expressions;
  MemoryStore store{{"b", "c"}};
  Executor io{4};
  ScriptedGlue glue{
      [this](const std::string& call, const GlueJson& input) { return Answer(call, input); }};

 private:
  std::optional<GlueCatalog> catalog_;
};

TEST_F(GlueCatalogTest, TheTableAsTheCatalogHasIt) {
  const auto got = catalog().GetTable();
  ASSERT_TRUE(got.ok()) << got.status();
  EXPECT_EQ(got->name, "lake.t");
  EXPECT_EQ(got->location.ToString(), "s3://b/t/");
  EXPECT_THAT(got->columns, ElementsAre(Column{"id", "bigint"}));
  EXPECT_THAT(got->partition_keys, ElementsAre(Column{"k", "string"}));
  EXPECT_EQ(got->parameters.at("classification"), "parquet");
  EXPECT_TRUE(got->has_partition_locations);
}

TEST_F(GlueCatalogTest, PartitionsLieWhereTheCatalogSays) {
  Add({"z"}, "s3://b/t/k=z");
  Add({"a b/c"}, "s3://b/other/place");
  Add({"__HIVE_DEFAULT_PARTITION__"}, "s3://b/t/nothing-known/");
  Add({"empty"}, "s3://b/t/k=empty/");
  Put({"t/k=z/2", "t/k=z/1", "t/k=z/_hidden", "t/k=z/sub/3", "t/k=z/x_$folder$", "t/k=y/1",
       "other/place/1", "other/placebo/1", "t/nothing-known/1"});
  EXPECT_THAT(Listed().ValueOrDie(), ElementsAre("k=a b%2Fc/: other/place/1",
                                                 "k=empty/:", "k=z/: t/k=z/1 t/k=z/2 t/k=z/sub/3",
                                                 "nothing-known/: t/nothing-known/1"));
}

TEST_F(GlueCatalogTest, WhatGlueSelectsIsFilteredAgain) {
  Add({"a"}, "s3://b/t/k=a/");
  Add({"b"}, "s3://b/t/k=b/");
  Add({"__HIVE_DEFAULT_PARTITION__"}, "s3://b/t/null/");
  EXPECT_THAT(Listed("k = 'a'").ValueOrDie(), ElementsAre("k=a/:"));
  EXPECT_THAT(Listed("k <> 'a'").ValueOrDie(), ElementsAre("k=b/:"));
  EXPECT_THAT(Listed("k IS NULL").ValueOrDie(), ElementsAre("null/:"));
  EXPECT_THAT(expressions, ElementsAre("(k = 'a')", "", ""));
}

TEST_F(GlueCatalogTest, WithoutKeysTheTableIsOnePartition) {
  table = ParquetTable("t", "s3://b/t/");
  Put({"t/1", "t/x=1/2", "tt/3"});
  EXPECT_THAT(Listed().ValueOrDie(), ElementsAre(": t/1 t/x=1/2"));
  EXPECT_FALSE(catalog().GetTable()->has_partition_locations);
}

TEST_F(GlueCatalogTest, ProjectedPartitionsAreFolders) {
  table["Parameters"]["projection.enabled"] = "true";
  Add({"old"}, "s3://b/elsewhere/");
  Put({"t/k=a/1", "t/k=b/2", "elsewhere/3"});
  EXPECT_THAT(Listed("k = 'b'").ValueOrDie(), ElementsAre("k=b/: t/k=b/2"));
  EXPECT_FALSE(catalog().GetTable()->has_partition_locations);
  EXPECT_THAT(expressions, ElementsAre());
}

TEST_F(GlueCatalogTest, ProjectionByATemplateIsRefused) {
  table["Parameters"]["projection.enabled"] = "true";
  table["Parameters"]["storage.location.template"] = "s3://b/t/${k}";
  EXPECT_THAT(Refused(), HasSubstr("storage.location.template = s3://b/t/${k}"));
}

TEST_F(GlueCatalogTest, SharedAndNestedLocationsAreRefused) {
  Add({"a"}, "s3://b/t/k=a");
  Add({"b"}, "s3://b/t/k=a/");
  EXPECT_THAT(Refused(), HasSubstr("share files: s3://b/t/k=a/ and s3://b/t/k=a/"));
  partitions.clear();
  Add({"a"}, "s3://b/t/k=a/deeper");
  Add({"b"}, "s3://b/t/k=a/");
  Add({"c"}, "s3://b/t/k=a-/");
  EXPECT_THAT(Refused(), HasSubstr("share files: s3://b/t/k=a/ and s3://b/t/k=a/deeper/"));
  partitions.clear();
  Add({"a"}, "s3://b/t/k=b/");
  Add({"b"}, "s3://c/x/");
  EXPECT_THAT(Refused(), HasSubstr("two partitions would have the folder 'k=b/'"));
  partitions.clear();
  Add({"a"}, "s3://b/t/k=b/c/");  // one would lie in the other in a new place
  Add({"b"}, "s3://c/x/");
  EXPECT_THAT(Refused(), HasSubstr("two partitions would have the folder 'k=b/'"));
  partitions.clear();
  Add({"a"}, "s3://b/t/k=b-/");
  Add({"b"}, "s3://c/x/");
  EXPECT_TRUE(Listed({}).ok());
}

TEST_F(GlueCatalogTest, PartitionsOfOtherFormatsAreRefusedIfTheyAreSelected) {
  Add({"a"}, "s3://b/t/k=a");
  Add({"b"}, "s3://b/t/k=b");
  partitions[1]["StorageDescriptor"]["InputFormat"] = "org.apache.hadoop.mapred.TextInputFormat";
  EXPECT_THAT(Refused(), AllOf(HasSubstr("partition 'k=b/'"), HasSubstr("not Parquet")));
  EXPECT_THAT(Listed("k = 'a'").ValueOrDie(), ElementsAre("k=a/:"));
  partitions[1] = ParquetPartition({"b"}, "hdfs://n/x");
  EXPECT_THAT(Refused(), HasSubstr("its location 'hdfs://n/x' is not on S3"));
  partitions[1] = ParquetPartition({"b", "c"}, "s3://b/t/k=b");
  EXPECT_THAT(Refused(), HasSubstr("2 values for 1 keys"));
}

TEST_F(GlueCatalogTest, TreesOfOtherFormatsAreRefusedWhereverTheyAre) {
  Add({"a"}, "s3://b/delta/k=a");
  Put({"delta/_delta_log/0.json", "delta/k=a/1"});
  EXPECT_THAT(Refused(), HasSubstr("s3://b/delta/ is, holds or lies in a Delta table"));
  partitions.clear();
  Add({"a"}, "s3://b/t/k=a");
  Put({"t/k=a/.hoodie_partition_metadata", "t/k=a/1"});
  EXPECT_THAT(Refused(), HasSubstr("Hudi"));
}

TEST_F(GlueCatalogTest, ATableInATreeOfAnotherFormatIsRefused) {
  Put({"metadata/00000-x.metadata.json", "t/k=a/1"});
  EXPECT_THAT(Refused(), HasSubstr("Iceberg"));
}

TEST_F(GlueCatalogTest, NobodyElseHasItsFiles) {
  Add({"a"}, "s3://b/t/k=a");
  Add({"b"}, "s3://b/other/k=b");
  tables = {ParquetTable("t", "s3://b/t/"),
            ParquetTable("u", "s3://b/u/"),
            ParquetTable("tt", "s3://b/t-/"),
            {{"Name", "a_view"}},
            // Below the table's own location, and in none of its partitions.
            ParquetTable("v", "s3://b/t/k=ab/")};
  EXPECT_TRUE(catalog().CheckExclusive().ok()) << catalog().CheckExclusive();
}

TEST_F(GlueCatalogTest, OthersThatMayHaveItsFilesAreNamed) {
  Add({"a"}, "s3://b/t/k=a");
  Add({"b"}, "s3://b/other/k=b");
  tables = {ParquetTable("t", "s3://b/t/"), ParquetTable("below", "s3a://b/other/k=b/x"),
            ParquetTable("above", "s3://b/"), ParquetTable("same", "s3://b/t/k=a"),
            ParquetTable("apart", "s3://c/")};
  const Status status = catalog().CheckExclusive();
  EXPECT_EQ(CodeOf(status), ErrorCode::kConfig);
  EXPECT_THAT(status.message(),
              AllOf(HasSubstr("below (s3://b/other/k=b/x/), above (s3://b/), same"),
                    Not(HasSubstr("apart")), Not(HasSubstr("more"))));
}

TEST_F(GlueCatalogTest, PartitionsThatWereNotSelectedMayHaveTheSameFiles) {
  Add({"a"}, "s3://b/t/k=a");
  Add({"b"}, "s3://b/t/k=a/b");
  EXPECT_TRUE(Listed("k = 'a'").ok());
  EXPECT_THAT(catalog().CheckExclusive().message(), HasSubstr("share files"));
}

TEST_F(GlueCatalogTest, WhoWouldHaveTheFilesOfANewPlaceIsNamed) {
  Add({"a"}, "s3://b/t/k=a");
  Add({"b"}, "s3://b/new/k=b/");
  const auto check = [&](const char* to) {
    const std::vector<Uri> places = {Uri::Parse(to).ValueOrDie()};
    const Status status = catalog().CheckExclusive(places);
    EXPECT_TRUE(status.ok() || CodeOf(status) == ErrorCode::kConfig) << status;
    return status.message();
  };
  EXPECT_EQ(check("s3://b/new/k=a/"), "");
  EXPECT_THAT(check("s3://b/new/k=b/c/"), HasSubstr("'k=b/', at s3://b/new/k=b/, would have"));
  EXPECT_THAT(check("s3://b/new/"), HasSubstr("'k=b/', at s3://b/new/k=b/, would have"));
  tables = {ParquetTable("apart", "s3://b/new/k=ab/"), ParquetTable("above", "s3://b/other/")};
  EXPECT_EQ(check("s3://b/new/k=a/"), "");
  EXPECT_THAT(check("s3://b/other/k=a/"), HasSubstr("above (s3://b/other/)"));
}

TEST_F(GlueCatalogTest, AProjectedTableHasItsWholeLocation) {
  table["Parameters"]["projection.enabled"] = "true";
  tables = {ParquetTable("u", "s3://b/t/k=x/")};
  EXPECT_THAT(catalog().CheckExclusive().message(), HasSubstr("u (s3://b/t/k=x/)"));
}

}  // namespace
}  // namespace pqpack
