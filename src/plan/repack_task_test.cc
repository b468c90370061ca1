// SPDX-License-Identifier: Apache-2.0
#include "plan/repack_task.h"

#include <gtest/gtest.h>

#include <vector>

namespace pqpack {
namespace {

using std::chrono::nanoseconds;

ObjectInfo Object(std::string key, int64_t size, int64_t time, std::string etag) {
  return {
      {Scheme::kMemory, "b", std::move(key)}, std::move(etag), size, TimePoint(nanoseconds(time))};
}

const Uri kOutput{Scheme::kMemory, "b", "dst/x.parquet"};

PairedObject Pair(std::optional<ObjectInfo> destination) {
  return {"x.parquet", Object("src/x.parquet", 10, 100, "s"), std::move(destination)};
}

TEST(DecideRepack, NewNameMustStillBeFreeWhenItIsPublished) {
  const RepackTask task = DecideRepack(Pair(std::nullopt), kOutput, {});
  EXPECT_EQ(task.skip_reason, "");
  EXPECT_EQ(task.condition.kind, WriteCondition::kIfAbsent);
  EXPECT_EQ(task.output, kOutput);
  EXPECT_EQ(task.source.etag, "s");
}

TEST(DecideRepack, ExistingOutputIsSkipped) {
  const RepackTask task = DecideRepack(Pair(Object("dst/x.parquet", 5, 100, "d")), kOutput, {});
  EXPECT_EQ(task.skip_reason, "exists");
  EXPECT_FALSE(task.stale);
}

TEST(DecideRepack, OutputOlderThanItsSourceIsSkippedAsStale) {
  const RepackTask task = DecideRepack(Pair(Object("dst/x.parquet", 5, 99, "d")), kOutput, {});
  EXPECT_EQ(task.skip_reason, "exists, but is older than its source");
  EXPECT_TRUE(task.stale);
}

TEST(DecideRepack, UpdateStaleRewritesOnlyTheStaleOneAndOnlyThatVersion) {
  const RepackPolicy policy{.skip_existing = true, .update_stale = true};
  const RepackTask stale = DecideRepack(Pair(Object("dst/x.parquet", 5, 99, "d")), kOutput, policy);
  EXPECT_EQ(stale.skip_reason, "");
  EXPECT_EQ(stale.condition.kind, WriteCondition::kIfMatch);
  EXPECT_EQ(stale.condition.etag, "d");
  const RepackTask fresh =
      DecideRepack(Pair(Object("dst/x.parquet", 5, 100, "d")), kOutput, policy);
  EXPECT_EQ(fresh.skip_reason, "exists");
}

TEST(DecideRepack, AnEmptyOutputIsNoOutput) {
  const RepackTask task = DecideRepack(Pair(Object("dst/x.parquet", 0, 200, "d")), kOutput, {});
  EXPECT_EQ(task.skip_reason, "");
  EXPECT_EQ(task.condition.kind, WriteCondition::kIfMatch);
  EXPECT_EQ(task.condition.etag, "d");
}

TEST(DecideRepack, OverwritingWhenAsked) {
  const RepackTask task = DecideRepack(Pair(Object("dst/x.parquet", 5, 200, "d")), kOutput,
                                       {.skip_existing = false, .update_stale = false});
  EXPECT_EQ(task.skip_reason, "");
  EXPECT_EQ(task.condition.kind, WriteCondition::kOverwrite);
  // A name that is free now may be taken by the time it is written.
  const RepackTask free =
      DecideRepack(Pair(std::nullopt), kOutput, {.skip_existing = false, .update_stale = false});
  EXPECT_EQ(free.condition.kind, WriteCondition::kOverwrite);
}

// The shards of a run are started by different releases on different machines:
// these values may never change.
TEST(ShardOf, IsFixedForEver) {
  EXPECT_EQ(ShardOf("", 1000), 37);
  EXPECT_EQ(ShardOf("a.parquet", 1000), 542);
  EXPECT_EQ(ShardOf("dt=2026-01-01/part-0.parquet", 1000), 673);
}

TEST(ShardOf, SpreadsEvenly) {
  std::vector<int> counts(8);
  for (int i = 0; i < 8000; ++i) {
    ++counts[static_cast<size_t>(ShardOf("part-" + std::to_string(i) + ".parquet", 8))];
  }
  for (const int count : counts) {
    EXPECT_GT(count, 850);
    EXPECT_LT(count, 1150);
  }
}

}  // namespace
}  // namespace pqpack
