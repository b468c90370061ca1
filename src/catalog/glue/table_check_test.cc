// SPDX-License-Identifier: Apache-2.0
#include "catalog/glue/table_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalog/glue/glue_testing.h"

namespace pqpack {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

GlueJson Table() { return ParquetTable("sales", "s3://b/t/"); }

TEST(CheckGlueTable, TablesOfParquetAreTaken) {
  EXPECT_TRUE(CheckGlueTable(Table(), "lake.sales").ok());
  GlueJson spark = Table();
  spark["Parameters"]["spark.sql.sources.provider"] = "parquet";
  spark["Parameters"]["transactional"] = "false";
  EXPECT_TRUE(CheckGlueTable(spark, "lake.sales").ok());
  GlueJson serde_only = Table();
  serde_only["StorageDescriptor"].erase("InputFormat");
  EXPECT_TRUE(CheckGlueTable(serde_only, "lake.sales").ok());
}

struct Case {
  const char* path;  // of a JSON pointer
  GlueJson value;
  const char* why;
};

// With names and values in any case.
const Case kRefused[] = {
    {"/Parameters/table_type", "ICEBERG", "is an Iceberg table (table_type = iceberg)"},
    {"/Parameters/table_type", "iceberg", "is an Iceberg table"},
    {"/Parameters/metadata_location", "s3://b/m.json", "is an Iceberg table (metadata_location)"},
    {"/Parameters/spark.sql.sources.provider", "Delta", "is a Delta table"},
    {"/Parameters/delta.minReaderVersion", "1", "is a Delta table (delta.minreaderversion)"},
    {"/StorageDescriptor/InputFormat", "org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat",
     "is read by the manifests of a Delta table"},
    {"/StorageDescriptor/InputFormat", "org.apache.hudi.hadoop.HoodieParquetInputFormat",
     "is a Hudi table"},
    {"/StorageDescriptor/InputFormat", "com.uber.hoodie.hadoop.HoodieInputFormat",
     "is a Hudi table"},
    {"/Parameters/spark.sql.sources.provider", "hudi", "is a Hudi table"},
    {"/Parameters/storage_handler", "org.apache.paimon.hive.PaimonStorageHandler",
     "is a Paimon table"},
    {"/Parameters/table_type", "PAIMON", "is a Paimon table"},
    {"/Parameters/transactional", "TRUE", "is a transactional table of Hive"},
    {"/StorageDescriptor/NumberOfBuckets", 8, "it is bucketed"},
    {"/StorageDescriptor/BucketColumns", {"id"}, "it is bucketed"},
    {"/Parameters/spark.sql.sources.schema.numBuckets", "4", "it is bucketed"},
    {"/StorageDescriptor/StoredAsSubDirectories", true, "skewed values"},
    {"/StorageDescriptor/AdditionalLocations", {"s3://b/u/"}, "more than one place"},
    {"/TableType", "GOVERNED", "governed"},
    {"/TableType", "VIRTUAL_VIEW", "it is a view"},
    {"/ViewOriginalText", "/* Presto View */", "it is a view"},
    {"/TargetTable",
     {{"DatabaseName", "d"}, {"Name", "n"}, {"CatalogId", "12"}},
     "it is a resource link to d.n"},
    {"/FederatedTable", {{"Identifier", "x"}}, "federated"},
    {"/StorageDescriptor", nullptr, "no storage descriptor"},
    {"/StorageDescriptor/InputFormat", "org.apache.hadoop.mapred.TextInputFormat",
     "it is not Parquet"},
    {"/StorageDescriptor/SerdeInfo/SerializationLibrary", "org.openx.data.jsonserde.JsonSerDe",
     "it is not Parquet"},
    {"/Parameters/spark.sql.sources.provider", "orc", "it is not Parquet"},
};

TEST(CheckGlueTable, RefusesWithTheReason) {
  for (const auto& [path, value, why] : kRefused) {
    GlueJson table = Table();
    table[GlueJson::json_pointer(path)] = value;
    const Status refused = CheckGlueTable(table, "lake.sales");
    EXPECT_EQ(CodeOf(refused), ErrorCode::kConfig) << path << " " << value;
    EXPECT_THAT(refused.message(), StartsWith("lake.sales")) << path;
    EXPECT_THAT(refused.message(), HasSubstr(why)) << path;
    EXPECT_NE(ActionOf(refused), "") << path;
  }
}

TEST(CheckGlueTable, ATableOfUnknownFormatIsRefused) {
  GlueJson table = Table();
  table["StorageDescriptor"].erase("InputFormat");
  table["StorageDescriptor"].erase("SerdeInfo");
  EXPECT_THAT(CheckGlueTable(table, "t").message(), HasSubstr("are missing"));
}

TEST(CheckGlueTable, MembersOfOtherTypesAreNoCrash) {
  for (const char* path : {"/Parameters", "/StorageDescriptor", "/TableType", "/TargetTable",
                           "/StorageDescriptor/SerdeInfo", "/StorageDescriptor/NumberOfBuckets",
                           "/StorageDescriptor/BucketColumns", "/StorageDescriptor/Location"}) {
    for (const GlueJson& value : {GlueJson(), GlueJson(1.5), GlueJson("x"), GlueJson::array({1}),
                                  GlueJson::object({{"a", GlueJson::array()}})}) {
      GlueJson table = Table();
      table[GlueJson::json_pointer(path)] = value;
      (void)CheckGlueTable(table, "t");
      (void)CheckGluePartition(table, "t");
      (void)LocationOf(FieldOf(table, "StorageDescriptor"), "t");
    }
  }
}

TEST(CheckGluePartition, ItsOwnFormatAndBucketsCount) {
  GlueJson partition = ParquetPartition({"a"}, "s3://b/t/a");
  EXPECT_TRUE(CheckGluePartition(partition, "p").ok());
  GlueJson text = partition;
  text["StorageDescriptor"]["SerdeInfo"]["SerializationLibrary"] = "LazySimpleSerDe";
  EXPECT_THAT(CheckGluePartition(text, "p").message(), HasSubstr("p: it is not Parquet"));
  GlueJson bucketed = partition;
  bucketed["StorageDescriptor"]["NumberOfBuckets"] = 2;
  EXPECT_THAT(CheckGluePartition(bucketed, "p").message(), HasSubstr("bucketed"));
}

TEST(LocationOf, PlacesInBuckets) {
  const auto of = [](const char* text) { return LocationOf({{"Location", text}}, "t"); };
  EXPECT_EQ(of("s3://b/x/y").ValueOrDie().ToString(), "s3://b/x/y/");
  EXPECT_EQ(of("s3a://b/x/").ValueOrDie().ToString(), "s3://b/x/");
  EXPECT_EQ(of("s3n://b/a=1%20").ValueOrDie().key, "a=1%20/");
  for (const char* text : {"", "hdfs://n/x", "/x", "file:///x", "s3://", "jdbc:x", "S3://b/x"}) {
    EXPECT_EQ(CodeOf(of(text).status()), ErrorCode::kConfig) << text;
  }
}

TEST(CheckProjection, FoldersOfKeysOnly) {
  CatalogTable table;
  table.name = "lake.sales";
  table.location = {Scheme::kS3, "b", "t/"};
  table.partition_keys = {{"year", "int"}, {"day", "string"}};
  EXPECT_TRUE(CheckProjection(table).ok());
  table.parameters["storage.location.template"] = "s3://b/t/year=${year}/day=${day}";
  EXPECT_TRUE(CheckProjection(table).ok());
  table.parameters["storage.location.template"] = "s3://b/t/YEAR=${Year}/day=${day}/";
  EXPECT_TRUE(CheckProjection(table).ok());
  for (const char* other : {"s3://b/t/${year}/${day}", "s3://b/u/year=${year}/day=${day}",
                            "s3://b/t/day=${day}/year=${year}", "s3://b/t/year=${year}"}) {
    table.parameters["storage.location.template"] = other;
    EXPECT_THAT(CheckProjection(table).message(), HasSubstr(other));
  }
  table.parameters = {{"projection.day.format", "yyyy/MM/dd"}};
  EXPECT_THAT(CheckProjection(table).message(), HasSubstr("several folders"));
  table.parameters = {{"projection.day.format", "yyyy-MM-dd"}};
  EXPECT_TRUE(CheckProjection(table).ok());
}

TEST(IsProjected, OnlyWhereItIsEnabled) {
  EXPECT_TRUE(IsProjected({{"projection.enabled", "TRUE"}}));
  EXPECT_FALSE(IsProjected({{"projection.enabled", "false"}}));
  EXPECT_FALSE(IsProjected({{"projection.year.type", "integer"}}));
}

}  // namespace
}  // namespace pqpack
