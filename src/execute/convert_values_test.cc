// SPDX-License-Identifier: Apache-2.0
#include "execute/convert_values.h"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

namespace pqpack {
namespace {

using parquet::FixedLenByteArray;
using parquet::Int96;

constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

TEST(NanosToMicros, WholeMicrosecondsSurvive) {
  const std::vector<int64_t> in{0, 1000, -1000, kMax - kMax % 1000, kMin - kMin % 1000};
  std::vector<int64_t> out(in.size());
  ASSERT_EQ(NanosToMicros(in.data(), 5, out.data(), false), 5);
  EXPECT_EQ(out, (std::vector<int64_t>{0, 1, -1, kMax / 1000, kMin / 1000}));
}

TEST(NanosToMicros, StopsAtTheFirstThatDoesNot) {
  const std::vector<int64_t> in{1000, 2000, 2001, 3001};
  std::vector<int64_t> out(in.size());
  EXPECT_EQ(NanosToMicros(in.data(), 4, out.data(), false), 2);
}

// Down, not towards zero: a time before 1970 must not become later.
TEST(NanosToMicros, LossyRoundsDown) {
  const std::vector<int64_t> in{1, 999, -1, -999, -1001, kMin};
  std::vector<int64_t> out(in.size());
  ASSERT_EQ(NanosToMicros(in.data(), 6, out.data(), true), 6);
  EXPECT_EQ(out, (std::vector<int64_t>{0, 0, -1, -1, -2, -9223372036854776}));
}

TEST(NanosToMicros, WorksInPlace) {
  std::vector<int64_t> values{5000, -7000};
  ASSERT_EQ(NanosToMicros(values.data(), 2, values.data(), false), 2);
  EXPECT_EQ(values, (std::vector<int64_t>{5, -7}));
}

TEST(MillisToMicros, HoldsAllOfInt32) {
  const std::vector<int32_t> in{86399999, 0, std::numeric_limits<int32_t>::min()};
  std::vector<int64_t> out(in.size());
  ASSERT_EQ(MillisToMicros(in.data(), 3, out.data()), 3);
  EXPECT_EQ(out, (std::vector<int64_t>{86399999000, 0, -2147483648000}));
}

Int96 At(int32_t julian_day, int64_t nanos) {
  Int96 value;
  std::memcpy(value.value.data(), &nanos, sizeof(nanos));
  value.value[2] = static_cast<uint32_t>(julian_day);
  return value;
}

TEST(Int96ToMicros, CountsFromTheEpoch) {
  constexpr int64_t kDay = 86'400'000'000;
  // 2440588 is 1970-01-01; 2457389 is 2016-01-01, day 16801.
  const std::vector<Int96> in{At(2440588, 0), At(2440588, 1000), At(2440587, 86'399'999'999'000),
                              At(2457389, 3'600'000'000'000), At(0, 0)};
  std::vector<int64_t> out(in.size());
  ASSERT_EQ(Int96ToMicros(in.data(), 5, out.data(), false), 5);
  EXPECT_EQ(out, (std::vector<int64_t>{0, 1, -1, 16801 * kDay + 3'600'000'000, -2440588 * kDay}));
}

// A time that some writers give as a day and more than a day's nanoseconds, or less than none.
TEST(Int96ToMicros, NanosecondsMayLeaveTheDay) {
  const std::vector<Int96> in{At(2440588, 86'400'000'000'000), At(2440588, -1000)};
  std::vector<int64_t> out(in.size());
  ASSERT_EQ(Int96ToMicros(in.data(), 2, out.data(), false), 2);
  EXPECT_EQ(out, (std::vector<int64_t>{86'400'000'000, -1}));
}

TEST(Int96ToMicros, PrecisionIsLostOnlyWhenAllowed) {
  const Int96 in = At(2440588, 1999);
  int64_t out = 0;
  EXPECT_EQ(Int96ToMicros(&in, 1, &out, false), 0);
  ASSERT_EQ(Int96ToMicros(&in, 1, &out, true), 1);
  EXPECT_EQ(out, 1);
}

// Int32 days of microseconds leave int64 at both ends; that is no loss of precision to allow.
TEST(Int96ToMicros, RangeIsCheckedEvenWhenLossy) {
  int64_t out = 0;
  for (const int32_t day :
       {std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max()}) {
    const Int96 in = At(day, 0);
    EXPECT_EQ(Int96ToMicros(&in, 1, &out, true), 0) << day;
  }
  // The last whole day in range: floor(2^63 / 86400e6) = 106751991.
  const Int96 last = At(106751991 + 2440588, 0), beyond = At(106751992 + 2440588, 0);
  EXPECT_EQ(Int96ToMicros(&last, 1, &out, false), 1);
  EXPECT_EQ(out, 106751991 * int64_t{86'400'000'000});
  EXPECT_EQ(Int96ToMicros(&beyond, 1, &out, false), 0);
}

TEST(Uint32ToInt64, IsUnsigned) {
  const std::vector<int32_t> in{0, -1, std::numeric_limits<int32_t>::min()};
  std::vector<int64_t> out(in.size());
  ASSERT_EQ(Uint32ToInt64(in.data(), 3, out.data()), 3);
  EXPECT_EQ(out, (std::vector<int64_t>{0, 4294967295, 2147483648}));
}

TEST(Uint64ToDecimal, IsBigEndianAndNeverNegative) {
  const std::vector<int64_t> in{1, -1, kMin};
  std::vector<FixedLenByteArray> out(in.size());
  std::array<uint8_t, 27> bytes;
  bytes.fill(0xaa);
  ASSERT_EQ(Uint64ToDecimal(in.data(), 3, out.data(), bytes.data()), 3);
  const auto at = [&](int i) { return std::vector<uint8_t>(out[i].ptr, out[i].ptr + 9); };
  EXPECT_EQ(at(0), (std::vector<uint8_t>{0, 0, 0, 0, 0, 0, 0, 0, 1}));
  EXPECT_EQ(at(1), (std::vector<uint8_t>{0, 255, 255, 255, 255, 255, 255, 255, 255}));
  EXPECT_EQ(at(2), (std::vector<uint8_t>{0, 128, 0, 0, 0, 0, 0, 0, 0}));
}

float FromHalf(uint16_t half) {
  const uint8_t bytes[2] = {static_cast<uint8_t>(half), static_cast<uint8_t>(half >> 8)};
  const FixedLenByteArray in(bytes);
  float out = 0;
  EXPECT_EQ(Float16ToFloat(&in, 1, &out), 1);
  return out;
}

// What IEEE 754 says of sign, exponent and fraction, for all 65,536 of them.
TEST(Float16ToFloat, EveryValueIsExact) {
  for (int half = 0; half < 0x10000; ++half) {
    const int exponent = (half >> 10) & 31, fraction = half & 1023;
    const float out = FromHalf(static_cast<uint16_t>(half));
    ASSERT_EQ(std::signbit(out), (half >> 15) != 0) << half;
    if (exponent == 31) {
      ASSERT_EQ(std::isnan(out), fraction != 0) << half;
      ASSERT_EQ(std::isinf(out), fraction == 0) << half;
      continue;
    }
    const double magnitude =
        exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
    ASSERT_EQ(std::fabs(out), magnitude) << half;
  }
}

TEST(Float16ToFloat, NanPayloadMovesUp) {
  EXPECT_EQ(std::bit_cast<uint32_t>(FromHalf(0xfe01)), 0xffc02000u);
}

std::vector<std::vector<uint8_t>> BytesOf(const std::vector<FixedLenByteArray>& values,
                                          int32_t length) {
  std::vector<std::vector<uint8_t>> bytes;
  for (const FixedLenByteArray& value : values) bytes.emplace_back(value.ptr, value.ptr + length);
  return bytes;
}

TEST(Widening, NumbersStayWhatTheyAre) {
  const std::array<int32_t, 3> ints{0, std::numeric_limits<int32_t>::min(), -1};
  std::array<int64_t, 3> longs{};
  ASSERT_EQ(Int32ToInt64(ints.data(), 3, longs.data()), 3);
  EXPECT_EQ(longs, (std::array<int64_t, 3>{0, -2147483648, -1}));
  const std::array<float, 3> floats{0.1F, -0.0F, std::numeric_limits<float>::infinity()};
  std::array<double, 3> doubles{};
  ASSERT_EQ(FloatToDouble(floats.data(), 3, doubles.data()), 3);
  EXPECT_EQ(doubles[0], static_cast<double>(0.1F));
  EXPECT_TRUE(std::signbit(doubles[1]));
  EXPECT_TRUE(std::isinf(doubles[2]));
}

TEST(Widening, DecimalsKeepTheirSign) {
  std::vector<FixedLenByteArray> out(2);
  std::vector<uint8_t> bytes(2 * 9);
  const std::array<int32_t, 2> ints{258, -2};
  ASSERT_EQ(IntToFixed(ints.data(), 2, 5, out.data(), bytes.data()), 2);
  EXPECT_EQ(BytesOf(out, 5),
            (std::vector<std::vector<uint8_t>>{{0, 0, 0, 1, 2}, {255, 255, 255, 255, 254}}));
  const std::array<int64_t, 2> longs{kMin, 3};
  ASSERT_EQ(IntToFixed(longs.data(), 2, 9, out.data(), bytes.data()), 2);
  EXPECT_EQ(BytesOf(out, 9), (std::vector<std::vector<uint8_t>>{{255, 128, 0, 0, 0, 0, 0, 0, 0},
                                                                {0, 0, 0, 0, 0, 0, 0, 0, 3}}));
}

TEST(Widening, BytesMayBeReplacedInPlace) {
  const std::array<uint8_t, 4> in{0x7f, 1, 0x80, 2};
  std::vector<FixedLenByteArray> values{FixedLenByteArray(in.data()),
                                        FixedLenByteArray(in.data() + 2)};
  std::vector<uint8_t> bytes(2 * 3);
  ASSERT_EQ(FixedToFixed(values.data(), 2, 2, 3, values.data(), bytes.data()), 2);
  EXPECT_EQ(BytesOf(values, 3), (std::vector<std::vector<uint8_t>>{{0, 0x7f, 1}, {255, 0x80, 2}}));
}

}  // namespace
}  // namespace pqpack
