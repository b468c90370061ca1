// SPDX-License-Identifier: Apache-2.0
#include "catalog/glue/glue_partitions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalog/glue/glue_testing.h"

namespace pqpack {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

const GlueTableName kName{"lake", "sales"};

std::string Page(const std::vector<std::string>& values, const std::string& next = {}) {
  GlueJson answer = {{"Partitions", GlueJson::array()}};
  for (const std::string& value : values) {
    answer["Partitions"].push_back(ParquetPartition({value}, "s3://b/t/" + value));
  }
  if (!next.empty()) answer["NextToken"] = next;
  return JsonAnswer(answer);
}

Result<std::vector<std::string>> Values(ScriptedGlue& glue, const std::string& expression = {}) {
  Executor io(4);
  std::vector<std::string> values;
  PQ_RETURN_NOT_OK(
      ForEachGluePartition(glue.client(), kName, expression, io, [&](const GlueJson& partition) {
        values.push_back(TextsOf(partition, "Values").at(0));
        return Status::OK();
      }));
  return values;
}

TEST(GluePartitions, APageIsOneRequest) {
  ScriptedGlue glue(InTurn({Page({"a", "b"})}));
  EXPECT_THAT(Values(glue, "k = 'a'").ValueOrDie(), ElementsAre("a", "b"));
  ASSERT_THAT(glue.server.requests(), SizeIs(1));
  EXPECT_EQ(GlueJson::parse(glue.server.requests()[0].body),
            (GlueJson{{"DatabaseName", "lake"},
                      {"TableName", "sales"},
                      {"Expression", "k = 'a'"},
                      {"ExcludeColumnSchema", true},
                      {"MaxResults", 1000}}));
}

TEST(GluePartitions, MoreComeInSegmentsAndEmptyPagesEndNothing) {
  ScriptedGlue glue([](const std::string&, const GlueJson& input) {
    if (!input.contains("Segment")) return Page({"0", "1"}, "more");
    EXPECT_EQ(input["Segment"]["TotalSegments"], 10);
    const std::string number = std::to_string(input["Segment"]["SegmentNumber"].get<int>());
    if (!input.contains("NextToken")) return Page({}, "2");
    if (input["NextToken"] == "2") return Page({number}, "3");
    return Page({number + "x"});
  });
  EXPECT_THAT(Values(glue).ValueOrDie(),
              UnorderedElementsAre("0", "0x", "1", "1x", "2", "2x", "3", "3x", "4", "4x", "5", "5x",
                                   "6", "6x", "7", "7x", "8", "8x", "9", "9x"));
  EXPECT_EQ(glue.counters.Snapshot()["GetPartitions"].requests, 31);
}

TEST(GluePartitions, EachIsGivenOnceWhateverSegmentsSay) {
  ScriptedGlue glue([](const std::string&, const GlueJson& input) {
    return Page({"a", "b"}, input.contains("Segment") ? "" : "more");
  });
  EXPECT_THAT(Values(glue).ValueOrDie(), UnorderedElementsAre("a", "b"));
}

TEST(GluePartitions, WithoutTheExpressionWhereGlueDoesNotTakeIt) {
  ScriptedGlue glue([](const std::string&, const GlueJson& input) {
    if (input.contains("Expression")) return GlueError(400, "InvalidInputException");
    return Page({"a"});
  });
  EXPECT_THAT(Values(glue, "order = 'a'").ValueOrDie(), ElementsAre("a"));
  EXPECT_THAT(glue.server.requests(), SizeIs(2));
}

TEST(GluePartitions, ASegmentThatFailsFailsAll) {
  ScriptedGlue glue([](const std::string&, const GlueJson& input) {
    if (!input.contains("Segment")) return Page({}, "more");
    if (input["Segment"]["SegmentNumber"] == 7) return GlueError(400, "AccessDeniedException");
    return Page({"a"});
  });
  EXPECT_EQ(CodeOf(Values(glue).status()), ErrorCode::kDenied);
}

TEST(GluePartitions, AnAnswerWithoutAListIsAnError) {
  ScriptedGlue glue(InTurn({HttpAnswer(200, "{}")}));
  EXPECT_EQ(CodeOf(Values(glue).status()), ErrorCode::kCorrupt);
}

TEST(GluePartitions, UpdatesGoByHundredsAndTellWhatFailed) {
  std::vector<size_t> sizes;
  ScriptedGlue glue([&](const std::string& call, const GlueJson& input) {
    EXPECT_EQ(call, "BatchUpdatePartition");
    sizes.push_back(input["Entries"].size());
    if (sizes.size() > 1) return HttpAnswer(200, "{}");
    return JsonAnswer(
        {{"Errors",
          {{{"PartitionValueList", {"7"}},
            {"ErrorDetail",
             {{"ErrorCode", "EntityNotFoundException"}, {"ErrorMessage", "gone"}}}}}}});
  });
  std::vector<GluePartitionUpdate> updates;
  for (int i = 0; i < 201; ++i) {
    const GlueJson partition = ParquetPartition({std::to_string(i)}, "s3://b/new");
    updates.push_back({{std::to_string(i)}, PartitionInputOf(partition)});
  }
  const auto failures = UpdateGluePartitions(glue.client(), kName, updates);
  ASSERT_TRUE(failures.ok()) << failures.status();
  EXPECT_THAT(sizes, ElementsAre(100, 100, 1));
  ASSERT_THAT(*failures, SizeIs(1));
  EXPECT_THAT(failures->at(0).values, ElementsAre("7"));
  EXPECT_EQ(failures->at(0).code + ": " + failures->at(0).message, "EntityNotFoundException: gone");
  EXPECT_EQ(GlueJson::parse(glue.server.requests()[2].body)["Entries"][0],
            (GlueJson{{"PartitionValueList", {"200"}}, {"PartitionInput", updates[200].input}}));
}

TEST(GluePartitions, AnInputIsAllThatUpdatesTake) {
  GlueJson partition = ParquetPartition({"a"}, "s3://b/t/a");
  partition["Parameters"] = {{"numRows", "5"}};
  GlueJson input = partition;
  partition["CreationTime"] = 1;
  partition["DatabaseName"] = "lake";
  EXPECT_EQ(PartitionInputOf(partition), input);
}

TEST(GluePartitions, OneWhole) {
  ScriptedGlue glue(InTurn({JsonAnswer({{"Partition", ParquetPartition({"a"}, "s3://b/t/a")}}),
                            GlueError(400, "EntityNotFoundException")}));
  EXPECT_EQ(GetGluePartition(glue.client(), kName, {"a"}).ValueOrDie()["Values"], (GlueJson{"a"}));
  EXPECT_EQ(GlueJson::parse(glue.server.requests()[0].body)["PartitionValues"], (GlueJson{"a"}));
  EXPECT_EQ(CodeOf(GetGluePartition(glue.client(), kName, {"b"}).status()), ErrorCode::kNotFound);
}

}  // namespace
}  // namespace pqpack
