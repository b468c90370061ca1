// SPDX-License-Identifier: Apache-2.0
#include "catalog/glue/counters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pqpack {
namespace {

const GlueJson kAll = {{"numFiles", "9"},
                       {"totalSize", "90"},
                       {"rawDataSize", "900"},
                       {"numRows", "7"},
                       {"objectCount", "9"},
                       {"sizeKey", "90"},
                       {"recordCount", "7"},
                       {"averageRecordSize", "13"},
                       {"COLUMN_STATS_ACCURATE", "{}"},
                       {"spark.sql.statistics.totalSize", "90"},
                       {"spark.sql.statistics.numRows", "7"},
                       {"spark.sql.statistics.colStats.id.max", "3"},
                       {"spark.sql.sources.provider", "parquet"},
                       {"classification", "parquet"}};

TEST(Counters, AreSetWhereTheyAreKnown) {
  EXPECT_EQ(CorrectCounters(kAll, LocationChange::Contents{2, 50}),
            (GlueJson{{"numFiles", "2"},
                      {"totalSize", "50"},
                      {"numRows", "7"},
                      {"objectCount", "2"},
                      {"sizeKey", "50"},
                      {"recordCount", "7"},
                      {"spark.sql.statistics.totalSize", "50"},
                      {"spark.sql.statistics.numRows", "7"},
                      {"spark.sql.statistics.colStats.id.max", "3"},
                      {"spark.sql.sources.provider", "parquet"},
                      {"classification", "parquet"}}));
  // None is added.
  const GlueJson other = {{"classification", "parquet"}};
  EXPECT_EQ(CorrectCounters(other, LocationChange::Contents{2, 50}), other);
  EXPECT_EQ(CorrectCounters(GlueJson(), LocationChange::Contents{2, 50}), GlueJson());
}

TEST(Counters, AreDroppedWhereTheyAreNot) {
  EXPECT_EQ(CorrectCounters(kAll, {}), (GlueJson{{"numRows", "7"},
                                                 {"recordCount", "7"},
                                                 {"spark.sql.sources.provider", "parquet"},
                                                 {"classification", "parquet"}}));
}

TEST(Counters, AreNamed) {
  EXPECT_THAT(CountersIn(kAll),
              ::testing::UnorderedElementsAre(
                  "numFiles", "totalSize", "rawDataSize", "objectCount", "sizeKey",
                  "averageRecordSize", "COLUMN_STATS_ACCURATE", "spark.sql.statistics.totalSize"));
  EXPECT_TRUE(CountersIn({{"numRows", "7"}}).empty());
}

}  // namespace
}  // namespace pqpack
