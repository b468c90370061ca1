// SPDX-License-Identifier: Apache-2.0
#include "run/least_requests.h"

#include <gtest/gtest.h>

#include <string>

namespace pqpack {
namespace {

// Five files to merge in two tasks, two that are left.
CompactPlan PlanAt(const std::string& place) {
  CompactPlan plan;
  PartitionPlan& partition = plan.partitions.emplace_back();
  partition.partition.location = Uri::Parse(place).ValueOrDie();
  partition.tasks.resize(2);
  partition.tasks[0].inputs.resize(3);
  partition.tasks[1].inputs.resize(2);
  partition.kept.resize(2);
  return plan;
}

CompactOptions OptionsOf(PublishMode mode) {
  CompactOptions options;
  options.publish = mode;
  options.destination = Uri::Parse("s3://b/u/").ValueOrDie();
  return options;
}

TEST(LeastRequests, AreThoseOfEachOriginal) {
  const CompactPlan plan = PlanAt("s3://b/t/p=1/");
  EXPECT_EQ(LeastRequests(plan, OptionsOf(PublishMode::kInPlace)), 5 * 4);
  EXPECT_EQ(LeastRequests(plan, OptionsOf(PublishMode::kCopy)), 5 * 2 + 2 * 2);
  EXPECT_EQ(LeastRequests(plan, OptionsOf(PublishMode::kSwap)), 5 * 2 + 2 * 2);
  EXPECT_EQ(LeastRequests(plan, OptionsOf(PublishMode::kMove)), 5 * 4 + 2 * 3);
  EXPECT_EQ(LeastRequests(plan, OptionsOf(PublishMode::kCatalogMove)), 5 * 4 + 2 * 3);
  CompactOptions unproven = OptionsOf(PublishMode::kCopy);
  unproven.proof.reset();
  EXPECT_EQ(LeastRequests(plan, unproven), 5 + 2 * 2);
}

TEST(LeastRequests, NothingIsCarriedToNowhere) {
  EXPECT_EQ(LeastRequests(PlanAt("s3://b/t/"), CompactOptions()), 5 * 2);
}

TEST(LeastRequests, ADiskTakesNone) {
  EXPECT_EQ(LeastRequests(PlanAt("/t/p=1/"), OptionsOf(PublishMode::kInPlace)), 0);
}

}  // namespace
}  // namespace pqpack
