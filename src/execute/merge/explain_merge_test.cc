// SPDX-License-Identifier: Apache-2.0
#include "execute/merge/explain_merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "execute/copy/copy_testing.h"
#include "execute/merge/merge_testing.h"

namespace pqpack::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<ColumnOutlook> OutlookOf(const Files& files, const MergeOptions& options) {
  const auto footers = FootersOf(files);
  const auto sets = GroupFiles(files, {{"a", "bigint"}});
  EXPECT_TRUE(footers.ok() && sets.ok());
  std::vector<MergeInput> inputs;
  for (const FileMetaData& footer : *footers) inputs.push_back({"file", &footer});
  auto outlook = ExplainMerge(inputs, sets->front(), options);
  EXPECT_TRUE(outlook.ok()) << outlook.status();
  return std::move(outlook->columns);
}

const Files& SomeFiles() {
  static const Files kFiles{
      FileOf(TableFrom({{"a", arrow::int64(), "[1, 2]"}, {"b", arrow::utf8(), R"(["x", "y"])"}})),
      FileOf(TableFrom({{"a", arrow::int32(), "[3, 4]"}})),
      WithFooter(FileOf(TableFrom({{"a", arrow::int64(), "[5, 6]"}})),
                 [](FileMetaData& footer) { footer.created_by = "somebody"; })};
  return kFiles;
}

TEST(ExplainMerge, CountsChunksByLevelAndSaysWhy) {
  const auto columns = OutlookOf(SomeFiles(), MergeFor("generic"));
  ASSERT_EQ(columns.size(), 2u);
  EXPECT_EQ(columns[0].path, "a");
  EXPECT_EQ(columns[0].chunks, 3);
  EXPECT_EQ(columns[0].moved, 1);
  EXPECT_EQ(columns[0].encoded, 2);
  EXPECT_THAT(columns[0].reasons, ElementsAre("values of another type", HasSubstr("somebody")));
  EXPECT_EQ(columns[1].chunks, 1);
  EXPECT_EQ(columns[1].moved, 1);
  EXPECT_THAT(columns[1].reasons, IsEmpty());
}

TEST(ExplainMerge, LargeRowGroupsAreCopied) {
  MergeOptions options = MergeFor("generic");
  options.row_group_size = 1;
  const auto columns = OutlookOf(SomeFiles(), options);
  EXPECT_EQ(columns[0].copied, 1);
  EXPECT_EQ(columns[0].moved, 0);
  EXPECT_EQ(columns[0].encoded, 2);
}

TEST(ExplainMerge, SaysWhatBecomesOfBloomFilters) {
  const auto table =
      TableFrom({{"a", arrow::int64(), "[1, 2]"}, {"b", arrow::utf8(), R"(["x", "y"])"}});
  parquet::WriterProperties::Builder properties;
  properties.enable_bloom_filter("a", {})->created_by("parquet-go version 18.5.0");
  const Files files{FileOf(table, 10, properties.build())};
  const auto filters = [&](const MergeOptions& options) {
    const auto columns = OutlookOf(files, options);
    EXPECT_THAT(columns[1].filters, IsEmpty());
    return columns[0].filters;
  };
  EXPECT_THAT(filters(MergeFor("generic")), ElementsAre("made anew"));
  EXPECT_THAT(filters(MergeFor("snowflake")),
              ElementsAre("dropped: the target has no use for them"));
  MergeOptions options = MergeFor("generic");
  options.row_group_size = 1;
  EXPECT_THAT(filters(options), ElementsAre("dropped: the writer is not trusted with them"));
}

TEST(ExplainMerge, EverythingIsDecodedWhereThatIsAsked) {
  MergeOptions options = MergeFor("generic");
  options.copy = false;
  EXPECT_EQ(OutlookOf(SomeFiles(), options)[0].encoded, 3);
}

}  // namespace
}  // namespace pqpack::testing
