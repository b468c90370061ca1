// SPDX-License-Identifier: Apache-2.0
#include "plan/compact_plan.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pqpack {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr CompactPolicy kPolicy{.target_file_size = 100, .small_file_threshold = 0.75};

PartitionFiles Files(const std::string& folder, const std::vector<int64_t>& sizes) {
  PartitionFiles files;
  files.partition.folder = folder;
  files.partition.location = {Scheme::kMemory, "b", "t/" + folder};
  for (size_t i = 0; i < sizes.size(); ++i) {
    const Uri uri = files.partition.location.Child(fmt::format("{:04}.parquet", i));
    files.objects.push_back({uri, fmt::format("e{}", i), sizes[i], {}});
  }
  return files;
}

PartitionPlan PlanOf(const std::vector<int64_t>& sizes, const CompactPolicy& policy = kPolicy) {
  Inventory inventory;
  inventory.partitions.push_back(Files("day=1/", sizes));
  return MakeCompactPlan(std::move(inventory), policy).partitions.at(0);
}

std::vector<std::string> Names(const std::vector<ObjectInfo>& objects) {
  std::vector<std::string> names;
  for (const ObjectInfo& object : objects) names.emplace_back(object.uri.Name());
  return names;
}

TEST(CompactPlan, SmallFilesGoTogetherInKeyOrder) {
  const PartitionPlan plan = PlanOf({10, 20, 30});
  ASSERT_EQ(plan.tasks.size(), 1u);
  EXPECT_THAT(Names(plan.tasks[0].inputs),
              ElementsAre("0000.parquet", "0001.parquet", "0002.parquet"));
  EXPECT_EQ(plan.tasks[0].inputs[1].etag, "e1");
  EXPECT_EQ(plan.tasks[0].bytes, 60);
  EXPECT_EQ(plan.tasks[0].outputs, 1);
  EXPECT_THAT(plan.kept, IsEmpty());
  EXPECT_EQ(plan.skip_reason, "");
  EXPECT_EQ(plan.files(), 3);
  EXPECT_EQ(plan.files_after(), 1);
  EXPECT_EQ(plan.bytes_to_merge(), 60);
}

TEST(CompactPlan, FilesFromTheThresholdOnAreLeft) {
  const PartitionPlan plan = PlanOf({10, 75, 20, 74, 300});
  ASSERT_EQ(plan.tasks.size(), 1u);
  EXPECT_THAT(Names(plan.tasks[0].inputs),
              ElementsAre("0000.parquet", "0002.parquet", "0003.parquet"));
  ASSERT_EQ(plan.kept.size(), 2u);
  EXPECT_EQ(plan.kept[0].object.uri.Name(), "0001.parquet");
  EXPECT_EQ(plan.kept[0].reason, "large enough");
  EXPECT_EQ(plan.kept[1].object.uri.Name(), "0004.parquet");
  EXPECT_EQ(plan.files(), 5);
  EXPECT_EQ(plan.files_after(), 2 + 2);  // 104 bytes do not fit into one of 100
  EXPECT_EQ(plan.bytes(), 479);
  EXPECT_EQ(plan.bytes_to_merge(), 104);
}

TEST(CompactPlan, APartitionWithNothingToGainSaysWhy) {
  EXPECT_EQ(PlanOf({}).skip_reason, "no files");
  EXPECT_EQ(PlanOf({100, 80}).skip_reason, "all files are large enough");
  EXPECT_EQ(PlanOf({100, 10}).skip_reason, "there is one small file only");
  const PartitionPlan pair = PlanOf({70, 70});
  EXPECT_EQ(pair.skip_reason, "merging would not give fewer files");
  ASSERT_EQ(pair.kept.size(), 2u);
  EXPECT_EQ(pair.kept[0].reason, "merging would not give fewer files");
  EXPECT_EQ(pair.files_after(), 2);
}

// A task rolls to the next output by real size, so it is a few outputs large.
TEST(CompactPlan, ManyFilesAreCutIntoEvenTasksOfEightOutputs) {
  const PartitionPlan plan = PlanOf(std::vector<int64_t>(90, 10));
  ASSERT_EQ(plan.tasks.size(), 2u);
  EXPECT_EQ(plan.tasks[0].inputs.size(), 45u);
  EXPECT_EQ(plan.tasks[1].inputs.size(), 45u);
  EXPECT_EQ(plan.tasks[0].outputs, 5);
  EXPECT_EQ(plan.tasks[1].inputs.front().uri.Name(), "0045.parquet");
}

// Their footers would not have room in memory, however small the files are.
TEST(CompactPlan, TinyFilesBeyondNumberAreSeveralTasks) {
  const CompactPolicy policy{.target_file_size = 1'000'000, .small_file_threshold = 0.75};
  const PartitionPlan plan = PlanOf(std::vector<int64_t>(20'000, 1), policy);
  ASSERT_EQ(plan.tasks.size(), 3u);
  EXPECT_EQ(plan.tasks[0].inputs.size(), 6667u);
  EXPECT_EQ(plan.tasks[1].inputs.size(), 6667u);
  EXPECT_EQ(plan.tasks[2].inputs.size(), 6666u);
  EXPECT_EQ(plan.files_after(), 3);
}

TEST(CompactPlan, PartitionsAreNeverMixed) {
  Inventory inventory;
  inventory.table.name = "t";
  inventory.partitions = {Files("day=1/", {1, 1}), Files("day=2/", {2, 2, 2})};
  const CompactPlan plan = MakeCompactPlan(std::move(inventory), kPolicy);
  EXPECT_EQ(plan.table.name, "t");
  ASSERT_EQ(plan.partitions.size(), 2u);
  EXPECT_EQ(plan.partitions[0].partition.folder, "day=1/");
  EXPECT_EQ(plan.partitions[0].tasks.at(0).bytes, 2);
  EXPECT_EQ(plan.partitions[1].tasks.at(0).bytes, 6);
}

TEST(CompactPlan, EmptyFilesAreMergedAway) {
  const PartitionPlan plan = PlanOf({0, 0});
  ASSERT_EQ(plan.tasks.size(), 1u);
  EXPECT_EQ(plan.tasks[0].outputs, 1);
}

}  // namespace
}  // namespace pqpack
