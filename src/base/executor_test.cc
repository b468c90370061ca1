// SPDX-License-Identifier: Apache-2.0
#include "base/executor.h"

#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <latch>
#include <memory>
#include <new>
#include <set>
#include <stdexcept>
#include <thread>

namespace pqpack {
namespace {

TEST(ExecutorTest, FinishesWhatIsQueuedBeforeItEnds) {
  std::atomic<int> done{0};
  {
    Executor executor(2);
    EXPECT_EQ(executor.threads(), 2);
    for (int i = 0; i < 100; ++i) {
      executor.Submit([&] {
        // Tasks of tasks, too.
        executor.Submit([&] { ++done; });
        ++done;
      });
    }
  }
  EXPECT_EQ(done, 200);
}

TEST(ExecutorTest, HasAtLeastOneThread) {
  std::latch ran(1);
  Executor executor(0);
  EXPECT_EQ(executor.threads(), 1);
  executor.Submit([&] { ran.count_down(); });
  ran.wait();
}

TEST(ExecutorTest, RunsInOrderOfArrival) {
  std::vector<int> order;
  {
    Executor executor(1);
    for (int i = 0; i < 50; ++i) executor.Submit([&, i] { order.push_back(i); });
  }
  ASSERT_EQ(order.size(), 50);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(order[static_cast<size_t>(i)], i);
}

TEST(ForEachTest, CallsEachIndexOnce) {
  Executor executor(3);
  for (const int width : {-1, 0, 1, 2, 10}) {
    std::vector<std::atomic<int>> calls(1000);
    const Status status = executor.ForEach(1000, width, [&](int64_t i) {
      ++calls[static_cast<size_t>(i)];
      return Status::OK();
    });
    EXPECT_TRUE(status.ok());
    for (const auto& count : calls) ASSERT_EQ(count, 1);
  }
  EXPECT_TRUE(executor.ForEach(0, 4, [](int64_t) { return Status::Invalid("none"); }).ok());
}

TEST(ForEachTest, AnExceptionIsAnError) {
  Executor executor(2);
  EXPECT_EQ(CodeOf(executor.ForEach(10, 3,
                                    [](int64_t n) -> Status {
                                      return n == 5 ? throw std::bad_alloc() : Status::OK();
                                    })),
            ErrorCode::kTooLarge);
  const Status other =
      executor.ForEach(10, 3, [](int64_t) -> Status { throw std::length_error("x"); });
  EXPECT_EQ(CodeOf(other), ErrorCode::kInternal);
  EXPECT_EQ(other.message(), "x");
}

// All calls wait until three are under way and every other thread of the executor
// was seen to be free.
TEST(ForEachTest, WidthIsTheNumberOfCallsAtATime) {
  constexpr int kThreads = 8;
  constexpr int kWidth = 3;
  std::atomic<int> calls{0};
  std::latch release(1);
  std::latch others_met(1);
  std::barrier others(kThreads - (kWidth - 1), [&]() noexcept { others_met.count_down(); });
  Executor executor(kThreads);  // ends before what its tasks use
  std::thread observer([&] {
    while (calls < kWidth) std::this_thread::yield();
    for (int i = 0; i < kThreads - (kWidth - 1); ++i) {
      executor.Submit([&] { others.arrive_and_wait(); });
    }
    while (!others_met.try_wait() && calls <= kWidth) std::this_thread::yield();
    EXPECT_EQ(calls, kWidth);
    release.count_down();
  });
  const Status status = executor.ForEach(100, kWidth, [&](int64_t) {
    ++calls;
    release.wait();
    return Status::OK();
  });
  observer.join();
  EXPECT_TRUE(status.ok());
  EXPECT_EQ(calls, 100);
}

TEST(ForEachTest, ReturnsTheErrorAndLeavesOutTheRest) {
  Executor executor(2);
  std::atomic<int> calls{0};
  const Status status = executor.ForEach(1'000'000, 3, [&](int64_t i) {
    ++calls;
    return i == 10 ? Error(ErrorCode::kCorrupt, "ten") : Status::OK();
  });
  EXPECT_EQ(CodeOf(status), ErrorCode::kCorrupt);
  EXPECT_LT(calls, 1'000'000);
}

// Two calls are under way.  The thread of the executor takes the next task when its call's error is
// noted, and only then the caller's call fails, too.
TEST(ForEachTest, TheErrorIsTheFirstOneInTimeAndNothingBeginsBehindIt) {
  std::latch both(2);
  std::latch noted(1);
  std::atomic<int> calls{0};
  const auto caller = std::this_thread::get_id();
  Executor executor(1);  // ends before what its tasks use
  const Status status = executor.ForEach(100, 2, [&](int64_t) {
    if (++calls > 2) return Status::OK();  // one too many
    both.arrive_and_wait();
    if (std::this_thread::get_id() == caller) {
      noted.wait();
      return Error(ErrorCode::kNotFound, "second");
    }
    executor.Submit([&] { noted.count_down(); });
    return Error(ErrorCode::kCorrupt, "first");
  });
  EXPECT_EQ(CodeOf(status), ErrorCode::kCorrupt);
  EXPECT_EQ(status.message(), "first");
  EXPECT_EQ(calls, 2);
}

TEST(ForEachTest, WorksWhereAllThreadsAreBusy) {
  std::latch stop(1);
  std::latch busy(2);
  Executor executor(2);  // ends before what its tasks use
  for (int i = 0; i < 2; ++i) {
    executor.Submit([&] {
      busy.count_down();
      stop.wait();
    });
  }
  busy.wait();
  int calls = 0;  // only this thread
  EXPECT_TRUE(executor
                  .ForEach(10, 4,
                           [&](int64_t) {
                             ++calls;
                             return Status::OK();
                           })
                  .ok());
  EXPECT_EQ(calls, 10);
  stop.count_down();
}

TEST(ForEachTest, NestsOnItsOwnExecutor) {
  Executor executor(2);
  std::atomic<int> calls{0};
  const Status status = executor.ForEach(8, 4, [&](int64_t) {
    return executor.ForEach(8, 4, [&](int64_t) {
      return executor.ForEach(8, 4, [&](int64_t) {
        ++calls;
        return Status::OK();
      });
    });
  });
  EXPECT_TRUE(status.ok());
  EXPECT_EQ(calls, 512);
}

// A helper that is still queued when ForEach returns must not touch the caller's
// function, nor keep what it holds.
TEST(ForEachTest, NothingOfTheCallIsLeftBehind) {
  std::latch stop(1);
  std::latch busy(1);
  Executor executor(1);
  executor.Submit([&] {
    busy.count_down();
    stop.wait();
  });
  busy.wait();
  auto held = std::make_shared<int>(1);
  {
    const std::function<Status(int64_t)> fn = [held](int64_t) { return Status::OK(); };
    EXPECT_TRUE(executor.ForEach(4, 2, fn).ok());
  }
  EXPECT_EQ(held.use_count(), 1);
  stop.count_down();
}

TEST(TaskGroupTest, RunsAtMostLimitAtATime) {
  Executor executor(8);
  std::atomic<int> now{0};
  std::atomic<bool> exceeded{false};
  std::atomic<int> done{0};
  TaskGroup group(&executor, 3);
  for (int i = 0; i < 500; ++i) {
    group.Run([&] {
      if (++now > 3) exceeded = true;
      --now;
      ++done;
    });
    EXPECT_LE(group.running(), 3);
  }
  group.Wait();
  EXPECT_EQ(done, 500);
  EXPECT_FALSE(exceeded);
  EXPECT_EQ(group.running(), 0);
}

TEST(TaskGroupTest, ALimitOfNoneIsOne) {
  Executor executor(1);
  bool ran = false;
  TaskGroup group(&executor, 0);
  group.Run([&] { ran = true; });
  group.Wait();
  EXPECT_TRUE(ran);
}

TEST(TaskGroupTest, TasksAreGoneWhenWaitReturns) {
  Executor executor(4);
  for (int round = 0; round < 200; ++round) {
    auto held = std::make_shared<int>(1);
    TaskGroup group(&executor, 4);
    for (int i = 0; i < 8; ++i) group.Run([held] {});
    group.Wait();
    ASSERT_EQ(held.use_count(), 1);
  }
}

}  // namespace
}  // namespace pqpack
