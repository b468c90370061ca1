// SPDX-License-Identifier: Apache-2.0
#include "store/s3/retry.h"

#include <gtest/gtest.h>

#include <thread>

namespace pqpack {
namespace {

RetryPolicy PolicyOf(double random) {
  RetryPolicy policy;
  policy.random = [random] { return random; };
  return policy;
}

TEST(RetryGovernor, WaitsGrowUpToALimit) {
  RetryGovernor governor(PolicyOf(0.5));
  std::vector<int64_t> waits;
  for (int attempt = 1; attempt <= 9; ++attempt) {
    waits.push_back(governor.DelayAfter(attempt)->count());
  }
  EXPECT_EQ(waits, (std::vector<int64_t>{100, 200, 400, 800, 1600, 3200, 6400, 10000, 10000}));
  EXPECT_FALSE(governor.DelayAfter(10));
}

TEST(RetryGovernor, JitterIsFull) {
  EXPECT_EQ(RetryGovernor(PolicyOf(0.0)).DelayAfter(5), RetryDelay(0));
  RetryGovernor governor;
  for (int i = 0; i < 1000; ++i) {
    const RetryDelay delay = *governor.DelayAfter(3);
    ASSERT_GE(delay, RetryDelay(0));
    ASSERT_LT(delay, RetryDelay(800));
  }
}

TEST(RetryGovernor, TheServersWishCountsWithinReason) {
  RetryGovernor governor(PolicyOf(0.5));
  EXPECT_EQ(governor.DelayAfter(1, RetryDelay(3000)), RetryDelay(3000));
  EXPECT_EQ(governor.DelayAfter(8, RetryDelay(3000)), RetryDelay(10'000));
  EXPECT_EQ(governor.DelayAfter(1, RetryDelay(3'600'000)), RetryDelay(60'000));
  EXPECT_FALSE(governor.DelayAfter(10, RetryDelay(1)));
}

TEST(RetryGovernor, ABurstOfThrottlingHalvesOnce) {
  RetryPolicy policy;
  policy.max_in_flight = 64;
  RetryGovernor governor(policy);
  std::vector<RetryGovernor::Permit> permits;
  for (int i = 0; i < 40; ++i) permits.push_back(governor.Admit({}));
  while (!permits.empty()) {
    permits.back().Throttled();
    permits.pop_back();
  }
  EXPECT_EQ(governor.allowed(), 20);
  auto later = governor.Admit({});  // began after the reduction: it counts again
  later.Throttled();
  EXPECT_EQ(governor.allowed(), 1);
}

TEST(RetryGovernor, RecoversSlowly) {
  RetryPolicy policy;
  policy.max_in_flight = 8;
  RetryGovernor governor(policy);
  governor.Admit({}).Throttled();
  EXPECT_EQ(governor.allowed(), 1);
  int successes = 0;
  while (governor.allowed() < 8 && successes < 1000) {
    governor.Admit({}).Succeeded();
    ++successes;
  }
  // From n to n + 1 takes about n successes: 1 + 2 + ... + 7, less rounding.
  EXPECT_GE(successes, 28);
  EXPECT_LE(successes, 36);
  for (int i = 0; i < 100; ++i) governor.Admit({}).Succeeded();
  EXPECT_EQ(governor.allowed(), 8);  // never above the maximum
}

TEST(RetryGovernor, HoldsBackWhatIsTooMuch) {
  RetryPolicy policy;
  policy.max_in_flight = 3;
  RetryGovernor governor(policy);
  std::atomic<int> under_way = 0, most = 0;
  std::vector<std::jthread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) {
        auto permit = governor.Admit({});
        const int now = ++under_way;
        int seen = most.load();
        while (now > seen && !most.compare_exchange_weak(seen, now)) {
        }
        std::this_thread::yield();
        --under_way;
      }
    });
  }
  threads.clear();
  EXPECT_LE(most.load(), 3);
}

TEST(RetryGovernor, StopEndsWaitingForAPermit) {
  RetryPolicy policy;
  policy.max_in_flight = 1;
  RetryGovernor governor(policy);
  std::stop_source stop;
  {
    auto only = governor.Admit({});
    std::jthread stopper([&] { stop.request_stop(); });
    auto other = governor.Admit(stop.get_token());
  }
  // Both were counted while they lived, and neither longer.
  auto again = governor.Admit({});
  EXPECT_EQ(governor.allowed(), 1);
}

TEST(RetryGovernor, StopEndsSleeping) {
  RetryGovernor governor;
  std::stop_source stop;
  std::jthread stopper([&] { stop.request_stop(); });
  governor.Sleep(std::chrono::hours(1), stop.get_token());
  EXPECT_TRUE(stop.stop_requested());
}

}  // namespace
}  // namespace pqpack
