// SPDX-License-Identifier: Apache-2.0
#include "store/s3/part_size.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/bytes.h"
#include "store/s3/multipart.h"

namespace pqpack {
namespace {

constexpr int64_t kTiB = 1024 * kGiB;

TEST(PartSize, TenThousandPartsAlwaysSuffice) {
  for (const int64_t first : {kMinPart, 8 * kMiB, 100 * kMiB, kMaxPart}) {
    int64_t total = 0;
    for (int number = 1; number <= kMaxParts; ++number) {
      const int64_t size = PartSize(first, number);
      ASSERT_GE(size, kMinPart);
      ASSERT_LE(size, kMaxPart);
      ASSERT_GE(size, PartSize(first, std::max(1, number - 1)));
      total += size;
    }
    EXPECT_GE(total, 5 * kTiB) << first;
  }
}

TEST(PartSize, StaysSmallForUsualObjects) {
  EXPECT_EQ(PartSize(8 * kMiB, 1), 8 * kMiB);
  EXPECT_EQ(PartSize(8 * kMiB, 800), 8 * kMiB);
  EXPECT_EQ(PartSize(8 * kMiB, 801), 16 * kMiB);
}

TEST(FirstPartSize, FollowsTheExpectedSize) {
  EXPECT_EQ(FirstPartSize(8 * kMiB, -1), 8 * kMiB);
  EXPECT_EQ(FirstPartSize(1, -1), kMinPart);
  EXPECT_EQ(FirstPartSize(8 * kMiB, 10 * kGiB), 8 * kMiB);
  EXPECT_EQ(FirstPartSize(8 * kMiB, 100 * kGiB), 21 * kMiB);
  EXPECT_EQ(FirstPartSize(8 * kMiB, INT64_MAX), kMaxPart);
}

}  // namespace
}  // namespace pqpack
