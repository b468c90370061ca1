// SPDX-License-Identifier: Apache-2.0
#include "base/largest_first.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pqpack {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Of 800 bytes two threads have a share of 400 each: 100 are large.
TEST(LargestFirst, MovesWhatIsLargeToTheFront) {
  const std::vector<double> bytes = {99, 100, 50, 300, 1, 250};
  EXPECT_THAT(LargestFirst(bytes, 2), ElementsAre(3, 5, 1, 0, 2, 4));
  EXPECT_THAT(LargestFirst(bytes, 4), ElementsAre(3, 5, 1, 0, 2, 4));
  EXPECT_THAT(LargestFirst(bytes, 1), ElementsAre(0, 1, 2, 3, 4, 5));
}

TEST(LargestFirst, KeepsTheOrderOfEquals) {
  EXPECT_THAT(LargestFirst(std::vector<double>{7, 7, 7}, 2), ElementsAre(0, 1, 2));
  EXPECT_THAT(LargestFirst(std::vector<double>{0, 0}, 2), ElementsAre(0, 1));
  EXPECT_THAT(LargestFirst(std::vector<double>(40, 1), 2)[39], 39U);
  EXPECT_THAT(LargestFirst({}, 2), IsEmpty());
}

TEST(LargestFirst, TakesAnySizes) {
  EXPECT_THAT(LargestFirst(std::vector<double>{-5e18, 9e18, 9.2e18, 9e18}, 2),
              ElementsAre(2, 1, 3, 0));
}

}  // namespace
}  // namespace pqpack
