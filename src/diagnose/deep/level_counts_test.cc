// SPDX-License-Identifier: Apache-2.0
#include "diagnose/deep/level_counts.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <vector>

#include "format/levels.h"

namespace pqpack {
namespace {

// Against the levels that were encoded, for every width and shape of runs.
RC_GTEST_PROP(CountLevels, AreThoseThatWereWritten, ()) {
  const auto max = *rc::gen::inRange<int16_t>(1, 300);
  std::vector<int16_t> levels;
  const auto runs = *rc::gen::container<std::vector<std::pair<int16_t, int>>>(rc::gen::pair(
      rc::gen::inRange<int16_t>(0, static_cast<int16_t>(max + 1)), rc::gen::inRange(1, 40)));
  for (const auto& [level, times] : runs)
    levels.insert(levels.end(), static_cast<size_t>(times), level);
  const std::string bytes = EncodeLevels(levels, max);
  const auto counts =
      CountLevels({AsBytes(bytes)}, max, static_cast<int64_t>(levels.size())).ValueOrDie();
  std::vector<int64_t> expected(static_cast<size_t>(max) + 1);
  for (const int16_t level : levels) ++expected[static_cast<size_t>(level)];
  RC_ASSERT(counts.of == expected);
  RC_ASSERT(counts.above == 0);
  RC_ASSERT(counts.first == (levels.empty() ? 0 : levels.front()));
}

TEST(CountLevels, AboveTheMaximumAreCountedApart) {
  const std::vector<int16_t> levels = {0, 3, 1, 3, 2};
  const std::string bytes = EncodeLevels(levels, 3);
  const auto counts = CountLevels({AsBytes(bytes)}, 2, 5).ValueOrDie();
  EXPECT_EQ(counts.above, 2);
  EXPECT_EQ(counts.of, (std::vector<int64_t>{1, 1, 1}));
}

TEST(CountLevels, OfMaximumZeroAreNotThere) {
  EXPECT_EQ(CountLevels({}, 0, 7).ValueOrDie().of, (std::vector<int64_t>{7}));
}

TEST(CountLevels, ABillionInAFewBytesTakesNoMemory) {
  const std::string bytes("\xfe\xff\xff\xff\x0f\x01", 6);  // a run of 2^31 - 1 ones
  const auto counts = CountLevels({AsBytes(bytes)}, 1, (int64_t{1} << 31) - 1).ValueOrDie();
  EXPECT_EQ(counts.of.back(), (int64_t{1} << 31) - 1);
}

TEST(CountLevels, InTheOldEncoding) {
  const std::string bytes("\x1b\x00", 2);  // 00 01 10 11, the highest bit first
  const auto counts = CountLevels({AsBytes(bytes), Encoding::kBitPacked}, 3, 4).ValueOrDie();
  EXPECT_EQ(counts.of, (std::vector<int64_t>{1, 1, 1, 1}));
  EXPECT_EQ(CodeOf(CountLevels({AsBytes(bytes), Encoding::kBitPacked}, 3, 9).status()),
            ErrorCode::kCorrupt);
}

TEST(CountLevels, FewerThanSaidAreCorrupt) {
  const std::vector<int16_t> levels = {1, 1};
  const std::string bytes = EncodeLevels(levels, 1);
  EXPECT_EQ(CodeOf(CountLevels({AsBytes(bytes)}, 1, 100).status()), ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace pqpack
