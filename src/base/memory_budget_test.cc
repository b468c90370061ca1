// SPDX-License-Identifier: Apache-2.0
#include "base/memory_budget.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <limits>
#include <optional>
#include <random>
#include <thread>
#include <vector>

namespace pqpack {
namespace {

constexpr int64_t kHuge = std::numeric_limits<int64_t>::max();

TEST(MemoryBudgetTest, GivesAndTakesBack) {
  MemoryBudget budget(100);
  {
    auto a = *budget.Acquire(60, {});
    auto b = *budget.Acquire(40, {});
    EXPECT_EQ(a.bytes(), 60);
    EXPECT_EQ(budget.used(), 100);
    auto moved = std::move(a);
    EXPECT_EQ(budget.used(), 100);
    EXPECT_EQ(moved.bytes(), 60);
  }
  EXPECT_EQ(budget.used(), 0);
}

TEST(MemoryBudgetTest, AssigningGivesBackWhatWasHeldAtOnce) {
  MemoryBudget budget(100);
  auto a = *budget.Acquire(60, {});
  auto b = *budget.Acquire(30, {});
  a = std::move(b);
  EXPECT_EQ(budget.used(), 30);
  a = {};
  EXPECT_EQ(budget.used(), 0);
}

TEST(MemoryBudgetTest, RequestsAreCutToTheLimit) {
  MemoryBudget budget(100);
  EXPECT_EQ(budget.Acquire(kHuge, {})->bytes(), 100);
  EXPECT_EQ(budget.Acquire(-5, {})->bytes(), 0);
  MemoryBudget endless(kHuge);
  auto some = *endless.Acquire(5, {});
  EXPECT_EQ(endless.Acquire(kHuge - 5, {})->bytes(), kHuge - 5);
  MemoryBudget none(-1);
  EXPECT_EQ(none.Acquire(5, {})->bytes(), 0);
}

TEST(MemoryBudgetTest, StopEndsTheWait) {
  MemoryBudget budget(100);
  auto all = *budget.Acquire(100, {});
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(CodeOf(budget.Acquire(1, stop.get_token()).status()), ErrorCode::kCancelled);
  std::stop_source later;
  std::thread waiter([&] {
    EXPECT_EQ(CodeOf(budget.Acquire(1, later.get_token()).status()), ErrorCode::kCancelled);
  });
  later.request_stop();
  waiter.join();
  EXPECT_EQ(budget.used(), 100);
}

// A waiter that left must not block those that came after it.
TEST(MemoryBudgetTest, ThoseBehindACancelledWaiterMoveUp) {
  MemoryBudget budget(100);
  auto most = std::make_optional(*budget.Acquire(90, {}));
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(budget.Acquire(50, stop.get_token()).ok());
  EXPECT_EQ(budget.Acquire(10, {})->bytes(), 10);

  std::stop_source later;
  std::thread first([&] { EXPECT_FALSE(budget.Acquire(50, later.get_token()).ok()); });
  while (budget.waiting() < 1) std::this_thread::yield();
  std::thread second([&] { EXPECT_EQ(budget.Acquire(10, {})->bytes(), 10); });
  while (budget.waiting() < 2) std::this_thread::yield();
  later.request_stop();
  first.join();
  second.join();
  most.reset();
  EXPECT_EQ(budget.used(), 0);
}

TEST(MemoryBudgetTest, ALargeRequestIsNotOvertaken) {
  MemoryBudget budget(100);
  auto held = std::make_optional(*budget.Acquire(50, {}));
  std::vector<int> order;
  std::thread large([&] {
    auto all = *budget.Acquire(100, {});
    order.push_back(1);
  });
  while (budget.waiting() < 1) std::this_thread::yield();
  std::atomic<bool> overtook{false};
  std::thread small([&] {
    auto little = *budget.Acquire(1, {});
    overtook = true;
    order.push_back(2);
  });
  while (budget.waiting() < 2 && !overtook) std::this_thread::yield();
  EXPECT_FALSE(overtook);
  held.reset();
  large.join();
  small.join();
  EXPECT_EQ(order, (std::vector<int>{1, 2}));
}

// One release may be enough for many.
TEST(MemoryBudgetTest, AllThatFitAreServed) {
  MemoryBudget budget(100);
  auto all = std::make_optional(*budget.Acquire(100, {}));
  constexpr int kWaiters = 20;
  std::latch served(kWaiters);
  std::vector<std::thread> threads;
  for (int t = 0; t < kWaiters; ++t) {
    threads.emplace_back([&] {
      const auto part = *budget.Acquire(100 / kWaiters, {});
      served.arrive_and_wait();  // nobody gives back before everybody has some
    });
  }
  while (budget.waiting() < kWaiters) std::this_thread::yield();
  all.reset();
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(budget.used(), 0);
}

TEST(MemoryBudgetTest, TryingNeverWaitsAndOvertakesNobody) {
  MemoryBudget budget(100);
  auto first = budget.TryAcquire(60);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->bytes(), 60);
  EXPECT_FALSE(budget.TryAcquire(41));
  EXPECT_TRUE(budget.TryAcquire(40));  // given back at once
  std::stop_source stop;
  std::thread waiter([&] { (void)budget.Acquire(50, stop.get_token()); });
  while (budget.waiting() == 0) std::this_thread::yield();
  EXPECT_FALSE(budget.TryAcquire(1));
  stop.request_stop();
  waiter.join();
  EXPECT_TRUE(budget.TryAcquire(1));
  EXPECT_EQ(budget.used(), 60);
}

TEST(MemoryBudgetTest, ManyThreadsNeverExceedTheLimit) {
  MemoryBudget budget(1000);
  std::atomic<int64_t> held{0};
  std::atomic<bool> exceeded{false};
  std::stop_source stop;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      std::mt19937 random(static_cast<unsigned>(t));
      for (int i = 0; i < 500; ++i) {
        // Some waiters are stopped before they begin, among others that are not.
        const bool stopped = random() % 4 == 0;
        std::stop_source mine;
        if (stopped) mine.request_stop();
        auto got = budget.Acquire(random() % 1200, mine.get_token());
        if (!got.ok()) continue;
        if (held.fetch_add(got->bytes()) + got->bytes() > 1000) exceeded = true;
        held.fetch_sub(got->bytes());
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_FALSE(exceeded);
  EXPECT_EQ(budget.used(), 0);
  EXPECT_EQ(budget.waiting(), 0);
}

TEST(CappedPoolTest, RefusesWhatIsAboveTheCap) {
  CappedPool pool(arrow::default_memory_pool(), 1000);
  uint8_t* a = nullptr;
  uint8_t* b = nullptr;
  ASSERT_TRUE(pool.Allocate(600, &a).ok());
  const Status refused = pool.Allocate(401, &b);
  EXPECT_TRUE(refused.IsOutOfMemory());
  EXPECT_EQ(CodeOf(refused), ErrorCode::kTooLarge);
  EXPECT_EQ(pool.bytes_allocated(), 600);
  ASSERT_TRUE(pool.Allocate(400, &b).ok());
  EXPECT_EQ(pool.bytes_allocated(), 1000);
  pool.Free(a, 600);
  pool.Free(b, 400);
  EXPECT_EQ(pool.bytes_allocated(), 0);
  EXPECT_EQ(pool.max_memory(), 1000);
  EXPECT_EQ(pool.total_bytes_allocated(), 1000);
  EXPECT_EQ(pool.num_allocations(), 2);
}

TEST(CappedPoolTest, HostileSizesDoNotOverflow) {
  CappedPool pool(arrow::default_memory_pool(), 1000);
  uint8_t* a = nullptr;
  uint8_t* b = nullptr;
  ASSERT_TRUE(pool.Allocate(600, &a).ok());
  const Status refused = pool.Allocate(kHuge, &b);
  EXPECT_TRUE(refused.IsOutOfMemory());
  EXPECT_NE(refused.message().find("reserved for this file"), std::string::npos) << refused;
  EXPECT_TRUE(pool.Allocate(-1, &b).IsInvalid());
  EXPECT_TRUE(pool.Reallocate(600, kHuge, &a).IsOutOfMemory());
  EXPECT_TRUE(pool.Reallocate(600, -1, &a).IsInvalid());
  EXPECT_EQ(pool.bytes_allocated(), 600);
  pool.Free(a, 600);
}

TEST(CappedPoolTest, ReallocateCountsTheDifference) {
  CappedPool pool(arrow::default_memory_pool(), 1000);
  uint8_t* a = nullptr;
  ASSERT_TRUE(pool.Allocate(300, &a).ok());
  ASSERT_TRUE(pool.Reallocate(300, 1000, &a).ok());
  EXPECT_EQ(pool.bytes_allocated(), 1000);
  EXPECT_TRUE(pool.Reallocate(1000, 1001, &a).IsOutOfMemory());
  ASSERT_TRUE(pool.Reallocate(1000, 10, &a).ok());
  EXPECT_EQ(pool.bytes_allocated(), 10);
  pool.Free(a, 10);
  EXPECT_EQ(pool.bytes_allocated(), 0);
}

// Threads whose requests together fit must never see a refusal because of another
// one's request that does not.
TEST(CappedPoolTest, ARefusedGiantDoesNotDisturbOthers) {
  CappedPool pool(arrow::default_memory_pool(), 1000);
  std::atomic<int> refused{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 2000; ++i) {
        uint8_t* out = nullptr;
        if (t == 0) {
          EXPECT_FALSE(pool.Allocate(kHuge - 1000, &out).ok());
        } else if (pool.Allocate(300, &out).ok()) {
          pool.Free(out, 300);
        } else {
          ++refused;
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(refused, 0);
  EXPECT_EQ(pool.bytes_allocated(), 0);
}

}  // namespace
}  // namespace pqpack
