// SPDX-License-Identifier: Apache-2.0
#include "diagnose/fault_groups.h"

#include <gtest/gtest.h>

namespace pqpack {
namespace {

Fault At(const char* id, int64_t row_group, int64_t column, std::string detail) {
  const Check* check = FindCheck(id);
  return {check,
          check->severity(**FindTarget("generic")),
          check->repair,
          {row_group, column},
          std::move(detail)};
}

const std::vector<Fault>& Some() {
  static const std::vector<Fault> faults = {
      At("distinct-count-zero", 0, 1, "x"),    At("distinct-count-zero", 1, 1, "x"),
      At("distinct-count-zero", 1, 0, "x"),    At("distinct-count-zero", 2, 1, "y"),
      At("root-repeated", -1, -1, "REPEATED"), At("row-counts", -1, -1, "")};
  return faults;
}

TEST(FaultGroups, ByColumnOneForAllRowGroups) {
  const auto groups = GroupByColumn(Some());
  ASSERT_EQ(groups.size(), 5U);
  EXPECT_EQ(groups[0].places, 2);
  EXPECT_EQ(groups[0].first.place.row_group, 0);
  EXPECT_EQ(groups[2].first.detail, "y");
}

TEST(FaultGroups, ByCheckTheWorstFirst) {
  const auto groups = GroupByCheck(Some());
  ASSERT_EQ(groups.size(), 3U);
  EXPECT_EQ(groups[0].first.check->id, "row-counts");
  EXPECT_EQ(groups[1].first.check->id, "root-repeated");
  EXPECT_EQ(groups[2].places, 4);
  EXPECT_EQ(groups[2].columns, (std::vector<int64_t>{0, 1}));
  EXPECT_TRUE(groups[0].columns.empty());
}

}  // namespace
}  // namespace pqpack
