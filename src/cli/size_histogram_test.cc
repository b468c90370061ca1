// SPDX-License-Identifier: Apache-2.0
#include "cli/size_histogram.h"

#include <gtest/gtest.h>

namespace pqpack::cli {
namespace {

using Sizes = std::vector<int64_t>;

TEST(SizeHistogram, BinsArePowersOfTwo) {
  const auto histogram = MakeSizeHistogram(Sizes{4, 7, 8, 100}, Sizes{64, 128});
  EXPECT_EQ(histogram.first, 2);
  EXPECT_EQ(histogram.before, (Sizes{2, 1, 0, 0, 1, 0}));
  EXPECT_EQ(histogram.after, (Sizes{0, 0, 0, 0, 1, 1}));
}

TEST(SizeHistogram, OneSideMayHaveNoFile) {
  const auto histogram = MakeSizeHistogram(Sizes{5}, {});
  EXPECT_EQ(histogram.bins(), 1);
  EXPECT_EQ(histogram.before, Sizes{1});
  EXPECT_EQ(histogram.after, Sizes{0});
  EXPECT_EQ(MakeSizeHistogram({}, {}).bins(), 0);
}

TEST(SizeHistogram, TheSmallestAndTheLargestFile) {
  const auto histogram = MakeSizeHistogram(Sizes{0, 1}, Sizes{INT64_MAX});
  EXPECT_EQ(histogram.first, 0);
  EXPECT_EQ(histogram.bins(), 63);
  EXPECT_EQ(histogram.before.front(), 2);
  EXPECT_EQ(histogram.after.back(), 1);
}

TEST(Median, IsInTheMiddle) {
  EXPECT_EQ(Median({}), 0);
  EXPECT_EQ(Median({7}), 7);
  EXPECT_EQ(Median({9, 1, 5}), 5);
  EXPECT_EQ(Median({9, 1, 5, 6}), 5);  // between 5 and 6
  EXPECT_EQ(Median({INT64_MAX, INT64_MAX - 2}), INT64_MAX - 1);
}

}  // namespace
}  // namespace pqpack::cli
