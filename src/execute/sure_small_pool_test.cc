// SPDX-License-Identifier: Apache-2.0
#include "execute/sure_small_pool.h"

#include <gtest/gtest.h>

#include <cstring>

#include "base/memory_budget.h"

namespace pqpack {
namespace {

constexpr int64_t kSmall = SureSmallPool::kSmall;

TEST(SureSmallPool, SmallRequestsAreServedWhateverTheBaseSays) {
  CappedPool none(arrow::default_memory_pool(), 0);
  SureSmallPool pool(&none);
  uint8_t* buffer = nullptr;
  ASSERT_TRUE(pool.Allocate(kSmall, &buffer).ok());
  pool.Free(buffer, kSmall);
  EXPECT_TRUE(pool.Allocate(kSmall + 1, &buffer).IsOutOfMemory());
  EXPECT_EQ(none.bytes_allocated(), 0);
}

TEST(SureSmallPool, GrowingAndShrinkingKeepTheBytes) {
  CappedPool base(arrow::default_memory_pool(), 3 * kSmall);
  SureSmallPool pool(&base);
  uint8_t* buffer = nullptr;
  ASSERT_TRUE(pool.Allocate(10, &buffer).ok());
  std::memcpy(buffer, "0123456789", 10);
  ASSERT_TRUE(pool.Reallocate(10, 2 * kSmall, &buffer).ok());
  EXPECT_EQ(base.bytes_allocated(), 2 * kSmall);
  EXPECT_TRUE(pool.Reallocate(2 * kSmall, 4 * kSmall, &buffer).IsOutOfMemory());
  ASSERT_TRUE(pool.Reallocate(2 * kSmall, 10, &buffer).ok());
  EXPECT_EQ(base.bytes_allocated(), 0);
  EXPECT_EQ(std::memcmp(buffer, "0123456789", 10), 0);
  pool.Free(buffer, 10);
}

// A refusal leaves what was there as it was.
TEST(SureSmallPool, RefusedGrowthLosesNothing) {
  CappedPool none(arrow::default_memory_pool(), 0);
  SureSmallPool pool(&none);
  uint8_t* buffer = nullptr;
  ASSERT_TRUE(pool.Allocate(3, &buffer).ok());
  std::memcpy(buffer, "abc", 3);
  EXPECT_TRUE(pool.Reallocate(3, 2 * kSmall, &buffer).IsOutOfMemory());
  EXPECT_EQ(std::memcmp(buffer, "abc", 3), 0);
  pool.Free(buffer, 3);
}

}  // namespace
}  // namespace pqpack
