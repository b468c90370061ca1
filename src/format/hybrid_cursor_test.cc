// SPDX-License-Identifier: Apache-2.0
#include "format/hybrid_cursor.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "format/hybrid_codec.h"
#include "format/hybrid_testing.h"

namespace pqpack {
namespace {

// All of `count` values, read in pieces of random sizes.
template <typename T>
Result<std::vector<T>> InPieces(HybridCursor<T> cursor, size_t count, std::mt19937& random,
                                size_t most) {
  std::vector<T> out(count, T{77});
  for (size_t at = 0; at < count;) {
    const size_t take = std::min(count - at, 1 + random() % most);
    PQ_RETURN_NOT_OK(cursor.Read(std::span(out).subspan(at, take)));
    at += take;
  }
  return out;
}

TEST(HybridCursor, PiecesAreTheWhole) {
  std::mt19937 random(1);
  for (int width = 0; width <= kMaxBitWidth; ++width) {
    for (int round = 0; round < 60; ++round) {
      const std::vector<uint32_t> values = testing::RandomRuns(random, width);
      std::string runs;
      EncodeHybrid(std::span<const uint32_t>(values), width, &runs);
      // A copy of the size, so that AddressSanitizer sees a read behind it.
      const std::vector<uint8_t> exact(runs.begin(), runs.end());
      const auto count = static_cast<int64_t>(values.size());
      for (const size_t most : {size_t{1}, size_t{13}, size_t{5000}}) {
        const auto read =
            InPieces(HybridCursor<uint32_t>(exact, width, count), values.size(), random, most);
        ASSERT_TRUE(read.ok()) << read.status();
        ASSERT_EQ(*read, values) << width << " bits, pieces of " << most;
      }
    }
  }
}

TEST(HybridCursor, LevelsToo) {
  std::mt19937 random(2);
  const std::vector<uint32_t> wide = testing::RandomRuns(random, 3);
  const std::vector<int16_t> values(wide.begin(), wide.end());
  std::string runs;
  EncodeHybrid(std::span<const int16_t>(values), 3, &runs);
  const auto count = static_cast<int64_t>(values.size());
  const auto read =
      InPieces(HybridCursor<int16_t>(AsBytes(runs), 3, count), values.size(), random, 20);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(*read, values);
}

TEST(HybridCursor, BooleansWithoutAHeader) {
  std::mt19937 random(3);
  const std::vector<uint8_t> bits = {0x35, 0x01};
  const std::vector<uint32_t> values = {1, 0, 1, 0, 1, 1, 0, 0, 1, 0};
  for (const size_t most : {size_t{1}, size_t{4}, size_t{100}}) {
    EXPECT_EQ(*InPieces(HybridCursor<uint32_t>::Packed(bits, 1, 10), 10, random, most), values);
  }
  EXPECT_FALSE(InPieces(HybridCursor<uint32_t>::Packed(bits, 1, 17), 17, random, 100).ok());
}

TEST(HybridCursor, OneRunIsTakenAtOnce) {
  std::vector<uint32_t> values(20, 5);
  for (uint32_t i = 0; i < 12; ++i) values.push_back(i % 8);
  std::string runs;
  EncodeHybrid(std::span<const uint32_t>(values), 3, &runs);
  HybridCursor<uint32_t> cursor(AsBytes(runs), 3, 32);
  EXPECT_EQ(*cursor.TakeRepeated(21), std::nullopt);
  EXPECT_EQ(*cursor.TakeRepeated(8), 5U);
  std::vector<uint32_t> next(2);
  ASSERT_TRUE(cursor.Read(next).ok());
  EXPECT_EQ(*cursor.TakeRepeated(10), 5U);
  EXPECT_EQ(*cursor.TakeRepeated(1), std::nullopt);
  ASSERT_TRUE(cursor.Read(next).ok());
  EXPECT_EQ(next, (std::vector<uint32_t>{0, 1}));
  EXPECT_EQ(*cursor.TakeRepeated(1), std::nullopt);  // inside of a group
  std::vector<uint32_t> rest(10);
  ASSERT_TRUE(cursor.Read(rest).ok());
  EXPECT_EQ(rest, std::vector<uint32_t>(values.begin() + 22, values.end()));
  EXPECT_EQ(CodeOf(cursor.TakeRepeated(1).status()), ErrorCode::kCorrupt);
}

// More than there are, and runs that are cut.
TEST(HybridCursor, EndsWithAnError) {
  std::mt19937 random(4);
  const std::vector<uint32_t> values = {1, 2, 3, 4, 5, 6, 7, 0, 1, 1, 1, 1, 1, 1, 1, 1};
  std::string runs;
  EncodeHybrid(std::span<const uint32_t>(values), 3, &runs);
  for (size_t size = 0; size < runs.size(); ++size) {
    const std::vector<uint8_t> cut(runs.begin(), runs.begin() + static_cast<long>(size));
    const auto read = InPieces(HybridCursor<uint32_t>(cut, 3, 16), 16, random, 5);
    EXPECT_EQ(CodeOf(read.status()), ErrorCode::kCorrupt) << size;
  }
  EXPECT_EQ(CodeOf(InPieces(HybridCursor<uint32_t>(AsBytes(runs), 3, 17), 17, random, 5).status()),
            ErrorCode::kCorrupt);
  EXPECT_EQ(CodeOf(InPieces(HybridCursor<uint32_t>(AsBytes(runs), 33, 16), 16, random, 5).status()),
            ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace pqpack
