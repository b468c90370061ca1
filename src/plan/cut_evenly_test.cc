// SPDX-License-Identifier: Apache-2.0
#include "plan/cut_evenly.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <numeric>

namespace pqpack {
namespace {

using Ends = std::vector<size_t>;

Ends Cut(const std::vector<int64_t>& sizes, int64_t limit, size_t most = 100) {
  return CutEvenly(sizes, limit, most);
}

TEST(CutEvenly, NothingGivesNoRun) { EXPECT_EQ(Cut({}, 10), Ends{}); }

TEST(CutEvenly, WhatFitsIsOneRun) { EXPECT_EQ(Cut({1, 2, 7}, 10), Ends{3}); }

TEST(CutEvenly, TheLastRunIsNotLeftShort) {
  // Filled to the limit it would be 10 and 2.
  EXPECT_EQ(Cut({2, 2, 2, 2, 2, 2}, 10), (Ends{3, 6}));
}

TEST(CutEvenly, WhatIsLargerThanTheLimitStandsAlone) {
  EXPECT_EQ(Cut({1, 50, 1, 1}, 10), (Ends{1, 2, 4}));
}

TEST(CutEvenly, SizesOfZeroMakeNoRunOfTheirOwn) { EXPECT_EQ(Cut({0, 10, 0, 0}, 10), Ends{4}); }

TEST(CutEvenly, NoRunHasMoreSizesThanAllowed) {
  EXPECT_EQ(Cut({1, 1, 1, 1, 1, 1}, 10, 5), (Ends{3, 6}));
  EXPECT_EQ(Cut({0, 0, 0}, 10, 2), (Ends{2, 3}));
  EXPECT_EQ(Cut({1, 1, 1}, 10, 1), (Ends{1, 2, 3}));
}

// The fewest runs by trying all of them.
size_t FewestRuns(const std::vector<int64_t>& sizes, int64_t limit, size_t most) {
  std::vector<size_t> fewest(sizes.size() + 1, sizes.size());
  fewest[0] = 0;
  for (size_t end = 1; end <= sizes.size(); ++end) {
    int64_t run = 0;
    for (size_t begin = end; begin-- > 0;) {
      run += sizes[begin];
      if ((run > limit && begin + 1 < end) || end - begin > most) break;
      fewest[end] = std::min(fewest[end], fewest[begin] + 1);
    }
  }
  return fewest[sizes.size()];
}

RC_GTEST_PROP(CutEvenlyProperty, RunsAreTheFewestAndWithinTheLimit, ()) {
  const auto sizes = *rc::gen::container<std::vector<int64_t>>(rc::gen::inRange<int64_t>(0, 40));
  const auto limit = *rc::gen::inRange<int64_t>(1, 100);
  const auto most = *rc::gen::inRange<size_t>(1, 20);
  const Ends ends = CutEvenly(sizes, limit, most);
  RC_ASSERT(ends.size() == FewestRuns(sizes, limit, most));
  RC_ASSERT(std::ranges::is_sorted(ends));
  RC_ASSERT((ends.empty() ? 0 : ends.back()) == sizes.size());
  size_t begin = 0;
  for (const size_t end : ends) {
    RC_ASSERT(begin < end);
    const auto run = std::span(sizes).subspan(begin, end - begin);
    RC_ASSERT(run.size() <= most);
    RC_ASSERT(run.size() == 1 || std::accumulate(run.begin(), run.end(), int64_t{0}) <= limit);
    begin = end;
  }
}

}  // namespace
}  // namespace pqpack
