// SPDX-License-Identifier: Apache-2.0
#include "verify/wider_values.h"

#include <gtest/gtest.h>
#include <parquet/types.h>

#include <bit>
#include <cmath>
#include <limits>
#include <vector>

namespace pqpack {
namespace {

TableColumn ColumnOf(PhysicalType type, int32_t length = 0,
                     std::optional<LogicalType> annotation = std::nullopt) {
  TableColumn column;
  column.type = type;
  column.length = length;
  column.layers.push_back({.name = "v", .annotation = std::move(annotation)});
  return column;
}

LogicalType Decimal(int32_t precision, int32_t scale) {
  LogicalType type;
  type.kind = LogicalKind::kDecimal;
  type.precision = precision;
  type.scale = scale;
  return type;
}

LogicalType Integer(int8_t bits, bool is_signed) {
  LogicalType type;
  type.kind = LogicalKind::kInteger;
  type.bit_width = bits;
  type.is_signed = is_signed;
  return type;
}

template <typename A, typename B>
bool Same(const TableColumn& column_a, A a, const TableColumn& column_b, B b) {
  const std::vector<A> left(2, a);
  const std::vector<B> right(2, b);
  const int64_t first =
      FirstDifferentNumber(column_a, reinterpret_cast<const uint8_t*>(left.data()), column_b,
                           reinterpret_cast<const uint8_t*>(right.data()), 2);
  EXPECT_TRUE(first == 0 || first == 2);
  return first == 2;
}

TEST(WiderValues, FloatsByTheirBits) {
  const TableColumn narrow = ColumnOf(PhysicalType::kFloat);
  const TableColumn wide = ColumnOf(PhysicalType::kDouble);
  const auto same = [&](float a, double b) { return Same(narrow, a, wide, b); };
  for (const float value :
       {1.5F, -1.5F, 0.1F, 1e-45F, 3e38F, -0.0F, 0.0F, std::numeric_limits<float>::infinity()}) {
    EXPECT_TRUE(same(value, double{value})) << value;
    EXPECT_FALSE(same(value, -double{value})) << value;
    EXPECT_FALSE(same(value, std::nextafter(double{value}, 0.25))) << value;
  }
  EXPECT_FALSE(same(0.0F, -0.0));
  EXPECT_FALSE(same(0.1F, 0.1));

  const auto nan = [&](uint32_t a, uint64_t b) {
    return same(std::bit_cast<float>(a), std::bit_cast<double>(b));
  };
  EXPECT_TRUE(nan(0x7fc00000, 0x7ff8000000000000));
  EXPECT_TRUE(nan(0xffc00001, 0xfff8000020000000));
  EXPECT_FALSE(nan(0xffc00001, 0x7ff8000020000000));  // the sign
  EXPECT_FALSE(nan(0x7fc00001, 0x7ff8000000000000));  // the payload
  EXPECT_FALSE(nan(0x7fc00001, 0x7ff0000020000000));  // quiet, not signalling
  EXPECT_TRUE(nan(0x7f800001, 0x7ff0000020000000));
  EXPECT_TRUE(nan(0x7f800001, 0x7ff8000020000000));   // as a processor converts it
  EXPECT_FALSE(nan(0x7f800001, 0x7ff0000000000000));  // infinity
  EXPECT_FALSE(nan(0x7f800000, 0x7ff8000000000000));
}

TEST(WiderValues, IntegersBySign) {
  const TableColumn narrow = ColumnOf(PhysicalType::kInt32);
  const TableColumn wide = ColumnOf(PhysicalType::kInt64);
  const auto same = [&](int32_t a, int64_t b) { return Same(narrow, a, wide, b); };
  EXPECT_TRUE(same(-1, -1));
  EXPECT_TRUE(same(INT32_MIN, INT32_MIN));
  EXPECT_FALSE(same(-1, 0xffffffff));
  EXPECT_FALSE(same(1, int64_t{1} << 32 | 1));
}

TEST(WiderValues, DecimalsInAnyPhysicalType) {
  const LogicalType decimal = Decimal(9, 2);
  const TableColumn int32 = ColumnOf(PhysicalType::kInt32, 0, decimal);
  const TableColumn int64 = ColumnOf(PhysicalType::kInt64, 0, decimal);
  const TableColumn fixed4 = ColumnOf(PhysicalType::kFixedLenByteArray, 4, decimal);
  const TableColumn fixed9 = ColumnOf(PhysicalType::kFixedLenByteArray, 9, decimal);
  const TableColumn bytes = ColumnOf(PhysicalType::kByteArray, 0, decimal);
  for (const int32_t value : {0, 1, -1, 127, 128, -128, -129, 255, 256, INT32_MAX, INT32_MIN}) {
    std::vector<uint8_t> big(9, value < 0 ? 0xff : 0);
    for (size_t i = 0; i < 4; ++i) {
      big[8 - i] = static_cast<uint8_t>(static_cast<uint32_t>(value) >> (8 * i));
    }
    for (const uint8_t change : {uint8_t{0}, uint8_t{1}}) {
      const bool expected = change == 0;
      big[8] = static_cast<uint8_t>(big[8] ^ change);
      const parquet::FixedLenByteArray long_value(big.data());
      const parquet::FixedLenByteArray short_value(big.data() + 5);
      const parquet::ByteArray of_any_length(5, big.data() + 4);
      EXPECT_EQ(Same(int32, value, fixed9, long_value), expected) << value;
      EXPECT_EQ(Same(int64, int64_t{value}, fixed9, long_value), expected) << value;
      EXPECT_EQ(Same(int32, value, bytes, of_any_length), expected) << value;
      EXPECT_EQ(Same(fixed4, short_value, int64, int64_t{value}), expected) << value;
      EXPECT_EQ(Same(bytes, of_any_length, int32, value), expected) << value;
    }
    big[8] ^= 1;
    const parquet::FixedLenByteArray long_value(big.data());
    EXPECT_TRUE(Same(fixed4, parquet::FixedLenByteArray(big.data() + 5), fixed9, long_value));
    big[0] ^= 0x80;  // far from the digits
    EXPECT_FALSE(Same(int32, value, fixed9, long_value)) << value;
  }
  EXPECT_FALSE(Same(bytes, parquet::ByteArray(0, nullptr), int32, int32_t{0}));
  // What is left out tells the sign.
  const uint8_t sign[] = {0x80, 0x7f};
  EXPECT_TRUE(Same(bytes, parquet::ByteArray(1, sign), int32, int32_t{-128}));
  EXPECT_FALSE(Same(bytes, parquet::ByteArray(1, sign), int32, int32_t{128}));
  EXPECT_TRUE(Same(bytes, parquet::ByteArray(1, sign + 1), int32, int32_t{127}));
  EXPECT_FALSE(Same(bytes, parquet::ByteArray(1, sign + 1), int32, int32_t{-129}));
}

TEST(WiderValues, WhichTypeHoldsWhich) {
  const auto int32 = PhysicalType::kInt32;
  const auto int64 = PhysicalType::kInt64;
  const auto holds = [](const TableColumn& wide, const TableColumn& narrow) {
    return HoldsValuesOf(wide, narrow);
  };
  EXPECT_TRUE(holds(ColumnOf(int64), ColumnOf(int32)));
  EXPECT_FALSE(holds(ColumnOf(int32), ColumnOf(int64)));
  EXPECT_TRUE(holds(ColumnOf(int32), ColumnOf(int32, 0, Integer(8, true))));
  EXPECT_FALSE(holds(ColumnOf(int32, 0, Integer(8, true)), ColumnOf(int32)));
  EXPECT_FALSE(holds(ColumnOf(int64), ColumnOf(int32, 0, Integer(32, false))));
  EXPECT_FALSE(holds(ColumnOf(int32, 0, Integer(16, true)), ColumnOf(int64, 0, Integer(8, true))));
  EXPECT_TRUE(holds(ColumnOf(PhysicalType::kDouble), ColumnOf(PhysicalType::kFloat)));
  EXPECT_FALSE(holds(ColumnOf(PhysicalType::kDouble), ColumnOf(int32)));

  const auto fixed = PhysicalType::kFixedLenByteArray;
  EXPECT_TRUE(holds(ColumnOf(fixed, 9, Decimal(20, 2)), ColumnOf(int32, 0, Decimal(9, 2))));
  EXPECT_FALSE(holds(ColumnOf(fixed, 9, Decimal(20, 3)), ColumnOf(int32, 0, Decimal(9, 2))));
  EXPECT_FALSE(holds(ColumnOf(fixed, 9, Decimal(8, 2)), ColumnOf(int32, 0, Decimal(9, 2))));
  EXPECT_FALSE(holds(ColumnOf(int64), ColumnOf(int32, 0, Decimal(9, 0))));
  TableColumn interval = ColumnOf(fixed, 12);
  interval.layers.back().interval = true;
  EXPECT_TRUE(holds(interval, interval));
  EXPECT_FALSE(holds(interval, ColumnOf(fixed, 12)));
  EXPECT_FALSE(holds(ColumnOf(fixed, 12), interval));
  // An annotation that can't be: the values are not read as what it says.
  EXPECT_FALSE(
      holds(ColumnOf(fixed, 9, Decimal(9, 2)), ColumnOf(PhysicalType::kBoolean, 0, Decimal(9, 2))));
  EXPECT_FALSE(holds(ColumnOf(PhysicalType::kDouble, 0, Decimal(9, 2)),
                     ColumnOf(PhysicalType::kFloat, 0, Decimal(9, 2))));
}

}  // namespace
}  // namespace pqpack
