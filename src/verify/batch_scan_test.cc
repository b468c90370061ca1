// SPDX-License-Identifier: Apache-2.0
#include "verify/batch_scan.h"

#include <gtest/gtest.h>

#include <vector>

namespace pqpack {
namespace {

// One value of each place is another one, in batches that are whole steps and such that are not.
TEST(BatchScan, EachPlaceCounts) {
  for (const size_t size : {1, 63, 64, 65, 128, 200}) {
    for (size_t at = 0; at < size; ++at) {
      std::vector<int16_t> levels(size, 2);
      std::vector<uint32_t> indices(size, 5);
      EXPECT_FALSE(AnyAbove(levels, 2));
      EXPECT_FALSE(AnyOutside(indices, 6));
      EXPECT_EQ(CountOf(levels, 2), static_cast<int64_t>(size));
      levels[at] = 3;
      indices[at] = 6;
      EXPECT_TRUE(AnyAbove(levels, 2));
      EXPECT_FALSE(AnyAbove(levels, 3));
      EXPECT_TRUE(AnyOutside(indices, 6));
      EXPECT_FALSE(AnyOutside(indices, 7));
      EXPECT_EQ(CountOf(levels, 3), 1);
      EXPECT_EQ(CountOf(levels, 2), static_cast<int64_t>(size) - 1);
    }
  }
}

TEST(BatchScan, LargestNumbers) {
  EXPECT_TRUE(AnyAbove(std::vector<int16_t>{32767}, 0));
  EXPECT_FALSE(AnyAbove(std::vector<int16_t>{32767, 0}, 32767));
  for (const uint32_t index : {0x7fffffffU, 0x80000000U, 0x80000001U, 0xffffffffU}) {
    EXPECT_TRUE(AnyOutside(std::vector<uint32_t>{index}, 1)) << index;
    EXPECT_TRUE(AnyOutside(std::vector<uint32_t>(64, index), 0x7fffffff)) << index;
  }
  EXPECT_FALSE(AnyOutside(std::vector<uint32_t>{0x7ffffffe}, 0x7fffffff));
  EXPECT_EQ(CountOf(std::vector<int16_t>(1'000'000, 7), 7), 1'000'000);
}

TEST(BatchScan, Nothing) {
  EXPECT_FALSE(AnyAbove({}, 0));
  EXPECT_FALSE(AnyOutside({}, 1));
  EXPECT_FALSE(AnyOutside({}, 0));
  EXPECT_TRUE(AnyOutside(std::vector<uint32_t>{0}, 0));
  EXPECT_EQ(CountOf({}, 0), 0);
}

}  // namespace
}  // namespace pqpack
