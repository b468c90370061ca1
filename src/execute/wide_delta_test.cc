// SPDX-License-Identifier: Apache-2.0
#include "execute/wide_delta.h"

#include <arrow/scalar.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "execute/rewrite_testing.h"

namespace pqpack::testing {
namespace {

using ::testing::ElementsAre;

// A block of 128 values in 4 miniblocks; 3 values; the first is 7.
const std::vector<uint8_t> kHeader = {0x80, 0x01, 4, 3, 14};

std::vector<uint8_t> With(std::vector<uint8_t> data, const std::vector<uint8_t>& more) {
  data.insert(data.end(), more.begin(), more.end());
  return data;
}

// Differences -2 and +3: the least is -2, what is above it takes 3 bits.
TEST(WideDelta, AddsTheLeastAndWhatIsAbove) {
  const auto data = With(kHeader, {3, 3, 0, 0, 0, 0b00101000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
  ASSERT_EQ(CountWideDelta(data, 3).ValueOr(-1), 3);
  std::vector<int32_t> out(3);
  ASSERT_TRUE(DecodeWideDelta(data, 3, out.data()).ok());
  EXPECT_THAT(out, ElementsAre(7, 5, 8));
}

// Miniblocks behind the last value have a width, but no data.
TEST(WideDelta, TheLastMiniblocksMayBeMissing) {
  const auto data = With(kHeader, {3, 3, 9, 9, 9, 0b00101000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
  std::vector<int32_t> out(3);
  ASSERT_TRUE(DecodeWideDelta(data, 3, out.data()).ok());
  EXPECT_THAT(out, ElementsAre(7, 5, 8));
}

// 33 bits: from INT32_MIN to INT32_MAX the difference is 2^32 - 1, and back.
TEST(WideDelta, DifferencesOfThirtyThreeBits) {
  constexpr int64_t kMin = std::numeric_limits<int32_t>::min();
  constexpr int64_t kMax = std::numeric_limits<int32_t>::max();
  const std::vector<uint8_t> header = {0x80, 0x01, 4, 3, 0xff, 0xff, 0xff, 0xff, 0x0f};
  // The least is -(2^32 - 1), zigzag 2^33 - 3; above it are 2^33 - 2 (33 bits) and 0.
  auto data = With(header, {0xfd, 0xff, 0xff, 0xff, 0x1f, 33, 0, 0, 0});
  data = With(data, {0xfe, 0xff, 0xff, 0xff, 0x01});
  data.resize(data.size() + 127);
  std::vector<int32_t> out(3);
  ASSERT_TRUE(DecodeWideDelta(data, 3, out.data()).ok());
  EXPECT_THAT(out, ElementsAre(kMin, kMax, kMin));
}

TEST(WideDelta, EveryCutIsAnError) {
  const auto data = With(kHeader, {3, 3, 0, 0, 0, 0b00101000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
  std::vector<int32_t> out(3);
  for (size_t size = 0; size < data.size(); ++size) {
    const Status status = DecodeWideDelta(Bytes(data).first(size), 3, out.data());
    EXPECT_EQ(CodeOf(status), ErrorCode::kCorrupt) << size;
  }
}

TEST(WideDelta, HeadersThatMakeNoSense) {
  for (const std::vector<uint8_t>& data : std::vector<std::vector<uint8_t>>{
           {0, 4, 3, 14},                             // no values per block
           {0x80, 0x01, 0, 3, 14},                    // no miniblocks
           {0x80, 0x01, 3, 3, 14},                    // not a whole number per miniblock
           {0x80, 0x01, 8, 3, 14},                    // 16 per miniblock
           {0xff, 0xff, 0xff, 0xff, 0x0f, 1, 3, 14},  // a block of 4 billion
           {0x80, 0x01, 4, 0xff, 0xff, 0xff, 0xff, 0x0f, 14}}) {  // 4 billion values
    EXPECT_EQ(CodeOf(CountWideDelta(data, 1 << 30).status()), ErrorCode::kCorrupt);
  }
  EXPECT_FALSE(CountWideDelta(kHeader, 2).ok());  // more than the page has
}

// A file by arrow-go 18.5.0 that Arrow's own reader refuses.  The figures are
// those of DuckDB.
TEST(WideDelta, FileOfArrowGo) {
  const BufferPtr file = ReadTestFile("test/data/arrow_go_18_5_0/delta_int32.parquet");
  EXPECT_FALSE(BitsOf(file).ok());
  for (const char* target : {"snowflake", "generic"}) {
    const auto result = RewriteBytes(file, OptionsFor(target));
    ASSERT_TRUE(result.ok()) << result.status();
    const auto table = TableOf(result->file);
    ASSERT_TRUE(table.ok()) << table.status();
    const auto column = (*table)->column(0);
    EXPECT_EQ(column->length(), 100);
    EXPECT_EQ(column->null_count(), 26);
    int64_t sum = 0, weighted = 0;
    for (int64_t row = 0; row < column->length(); ++row) {
      const auto value = *column->GetScalar(row);
      if (!value->is_valid) continue;
      const int64_t number = static_cast<const arrow::Int32Scalar&>(*value).value;
      sum += number;
      weighted += number * (row + 1);
    }
    EXPECT_EQ(sum, 11516128104);
    EXPECT_EQ(weighted, 1019193894431);
  }
}

}  // namespace
}  // namespace pqpack::testing
