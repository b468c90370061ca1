// SPDX-License-Identifier: Apache-2.0
#include "execute/column_window.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <numeric>
#include <vector>

#include "base/executor.h"

namespace pqpack::testing {
namespace {

TEST(ColumnWindow, AsFarAsMemoryAllows) {
  ColumnWindow window({4, 4, 2, 1, 20, 1}, 10);
  EXPECT_TRUE(window.Begin(0));
  EXPECT_TRUE(window.Begin(1));
  EXPECT_TRUE(window.Begin(2));
  auto fourth = std::async(std::launch::async, [&] { return window.Begin(3); });
  window.WentOut();
  EXPECT_TRUE(fourth.get());
  window.WentOut();
  window.WentOut();
  window.WentOut();
  EXPECT_TRUE(window.Begin(4));  // alone, whatever it needs
  auto last = std::async(std::launch::async, [&] { return window.Begin(5); });
  window.WentOut();
  EXPECT_TRUE(last.get());
}

TEST(ColumnWindow, NobodyWaitsAfterAFailure) {
  ColumnWindow window({1, 1, 1}, 1);
  EXPECT_TRUE(window.Begin(0));
  auto next = std::async(std::launch::async, [&] { return window.Begin(1); });
  auto later = std::async(std::launch::async, [&] { return window.Begin(2); });
  window.GiveUp();
  EXPECT_FALSE(next.get());
  EXPECT_FALSE(later.get());
}

// Whoever finishes first: never more than the limit, and all come through.
TEST(ColumnWindow, NeverHoldsMoreThanTheLimit) {
  constexpr int64_t kColumns = 2000, kLimit = 17;
  std::vector<int64_t> needs(kColumns);
  for (size_t i = 0; i < needs.size(); ++i) needs[i] = static_cast<int64_t>(i * 7 % 12);
  ColumnWindow window(needs, kLimit);
  std::atomic<int64_t> held{0}, most{0};
  std::mutex mutex;
  std::vector<bool> finished(kColumns);
  size_t next = 0;
  Executor executor(4);
  const Status status = executor.ForEach(kColumns, 4, [&](int64_t n) -> Status {
    const auto i = static_cast<size_t>(n);
    EXPECT_TRUE(window.Begin(i));
    const int64_t now = held += needs[i];
    for (int64_t seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
    }
    std::lock_guard lock(mutex);
    finished[i] = true;
    for (; next < finished.size() && finished[next]; ++next) {
      held -= needs[next];
      window.WentOut();
    }
    return Status::OK();
  });
  EXPECT_TRUE(status.ok());
  EXPECT_EQ(next, finished.size());
  EXPECT_LE(most, kLimit);
  EXPECT_GE(most, 11);
}

}  // namespace
}  // namespace pqpack::testing
