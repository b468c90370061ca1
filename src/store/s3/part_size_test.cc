// SPDX-License-Identifier: Apache-2.0
#include "store/s3/part_size.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/bytes.h"
#include "store/s3/multipart.h"

namespace pqpack {
namespace {

constexpr int64_t kTiB = 1024 * kGiB;

TEST(PartSizes, TenThousandPartsAlwaysSuffice) {
  for (const int64_t configured : {kMinPart, 8 * kMiB, 100 * kMiB, kMaxPart}) {
    for (const int64_t expected :
         {int64_t{-1}, int64_t{0}, kMiB, 24 * kGiB, 100 * kGiB, kTiB, 5 * kTiB, INT64_MAX}) {
      const PartSizes sizes(configured, expected);
      int64_t total = 0;
      for (int number = 1; number <= kMaxParts; ++number) {
        const int64_t size = sizes.Of(number);
        ASSERT_GE(size, kMinPart);
        ASSERT_LE(size, kMaxPart);
        ASSERT_GE(size, sizes.Of(std::max(1, number - 1)));
        total += size;
      }
      EXPECT_GE(total, 5 * kTiB) << configured << ' ' << expected;
    }
  }
}

TEST(PartSizes, StaySmallForUsualObjects) {
  const PartSizes sizes(8 * kMiB, -1);
  EXPECT_EQ(sizes.Of(1), 8 * kMiB);
  EXPECT_EQ(sizes.Of(834), 8 * kMiB);
  EXPECT_EQ(sizes.Of(835), 16 * kMiB);
}

TEST(PartSizes, DoNotGrowWithinTheExpectedSize) {
  for (const int64_t expected : {7 * kGiB, 20 * kGiB, 100 * kGiB, kTiB, 5 * kTiB}) {
    const PartSizes sizes(8 * kMiB, expected);
    int64_t total = 0;
    for (int number = 1; total < expected; ++number) {
      ASSERT_EQ(sizes.Of(number), sizes.first()) << number << " of " << expected;
      total += sizes.Of(number);
    }
  }
  // 2,560 parts are expected; 620, a twelfth of the others, are of that size too.
  const PartSizes sizes(8 * kMiB, 20 * kGiB);
  EXPECT_EQ(sizes.Of(2561 + 619), 8 * kMiB);
  EXPECT_EQ(sizes.Of(2561 + 620), 16 * kMiB);
}

TEST(PartSizes, TheFirstFollowsTheExpectedSize) {
  const auto first = [](int64_t configured, int64_t expected) {
    return PartSizes(configured, expected).first();
  };
  EXPECT_EQ(first(8 * kMiB, -1), 8 * kMiB);
  EXPECT_EQ(first(1, -1), kMinPart);
  EXPECT_EQ(first(8 * kMiB, 10 * kGiB), 8 * kMiB);
  EXPECT_EQ(first(8 * kMiB, 100 * kGiB), 21 * kMiB);
  EXPECT_EQ(first(8 * kMiB, INT64_MAX), kMaxPart);
}

}  // namespace
}  // namespace pqpack
