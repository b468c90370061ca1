// SPDX-License-Identifier: Apache-2.0
#include "execute/pages/index_loops.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace pqpack::testing {
namespace {

TEST(AllBelow, FindsOneThatIsNotWhereverItStands) {
  for (const size_t size : {1, 15, 16, 17, 40}) {
    for (const int64_t count : {int64_t{1}, int64_t{7}, int64_t{1} << 31}) {
      const auto last = static_cast<uint32_t>(count - 1);
      std::vector<uint32_t> values(size, last);
      EXPECT_TRUE(AllBelow(values, count));
      for (uint32_t& value : values) {
        for (const uint32_t wrong : {last + 1, uint32_t{1} << 31, UINT32_MAX}) {
          value = wrong;
          EXPECT_FALSE(AllBelow(values, count)) << wrong << " of " << count;
        }
        value = 0;
      }
    }
  }
}

TEST(AllBelow, OfNoneIsTrue) {
  EXPECT_TRUE(AllBelow({}, 0));
  EXPECT_FALSE(AllBelow(std::vector<uint32_t>{0}, 0));
}

TEST(MapIndices, MapsEach) {
  std::vector<uint32_t> indices{2, 0, 1, 1};
  MapIndices(std::vector<uint32_t>{30, 10, 20}, indices);
  EXPECT_THAT(indices, ::testing::ElementsAre(20, 30, 10, 10));
}

}  // namespace
}  // namespace pqpack::testing
