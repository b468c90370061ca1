// SPDX-License-Identifier: Apache-2.0
#include "inspect/value_text.h"

#include <gtest/gtest.h>

#include <cstring>
#include <limits>

namespace pqpack {
namespace {

SchemaElement Leaf(PhysicalType type) {
  SchemaElement element;
  element.type = type;
  return element;
}

SchemaElement Logical(PhysicalType type, LogicalKind kind, TimeUnit unit = TimeUnit::kNone,
                      bool utc = false) {
  SchemaElement element = Leaf(type);
  element.logical_type.emplace();
  element.logical_type->kind = kind;
  element.logical_type->unit = unit;
  element.logical_type->adjusted_to_utc = utc;
  return element;
}

SchemaElement Converted(PhysicalType type, ConvertedType converted) {
  SchemaElement element = Leaf(type);
  element.converted_type = converted;
  return element;
}

SchemaElement Decimal(PhysicalType type, int32_t scale) {
  SchemaElement element = Logical(type, LogicalKind::kDecimal);
  element.logical_type->scale = scale;
  element.logical_type->precision = 38;
  return element;
}

template <typename T>
std::string Bytes(T value) {
  return {reinterpret_cast<const char*>(&value), sizeof(T)};
}

constexpr auto kInt32 = PhysicalType::kInt32;
constexpr auto kInt64 = PhysicalType::kInt64;
constexpr auto kBytes = PhysicalType::kByteArray;
constexpr auto kFixed = PhysicalType::kFixedLenByteArray;

TEST(ValueText, Numbers) {
  EXPECT_EQ(ValueText(Bytes<int32_t>(-7), Leaf(kInt32)), "-7");
  EXPECT_EQ(ValueText(Bytes<int64_t>(INT64_MIN), Leaf(kInt64)), "-9223372036854775808");
  EXPECT_EQ(ValueText(Bytes<int32_t>(-1), Converted(kInt32, ConvertedType::kUint32)), "4294967295");
  SchemaElement unsigned64 = Logical(kInt64, LogicalKind::kInteger);
  EXPECT_EQ(ValueText(Bytes<int64_t>(-1), unsigned64), "18446744073709551615");
  unsigned64.logical_type->is_signed = true;
  EXPECT_EQ(ValueText(Bytes<int64_t>(-1), unsigned64), "-1");
  EXPECT_EQ(ValueText(Bytes(0.1f), Leaf(PhysicalType::kFloat)), "0.1");
  EXPECT_EQ(ValueText(Bytes(-1e300), Leaf(PhysicalType::kDouble)), "-1e+300");
  EXPECT_EQ(ValueText(Bytes(std::numeric_limits<double>::quiet_NaN()), Leaf(PhysicalType::kDouble)),
            "nan");
  EXPECT_EQ(ValueText(std::string(1, '\1'), Leaf(PhysicalType::kBoolean)), "true");
  EXPECT_EQ(ValueText(std::string(1, '\0'), Leaf(PhysicalType::kBoolean)), "false");
  const SchemaElement half = Logical(kFixed, LogicalKind::kFloat16);
  EXPECT_EQ(ValueText(Bytes<uint16_t>(0x3E00), half), "1.5");
  EXPECT_EQ(ValueText(Bytes<uint16_t>(0xC000), half), "-2");
  EXPECT_EQ(ValueText(Bytes<uint16_t>(0xFC00), half), "-inf");
  EXPECT_EQ(ValueText(Bytes<uint16_t>(0x0001), half), "5.960464477539063e-08");
}

TEST(ValueText, DatesAndTimes) {
  const SchemaElement date = Logical(kInt32, LogicalKind::kDate);
  EXPECT_EQ(ValueText(Bytes<int32_t>(0), date), "1970-01-01");
  EXPECT_EQ(ValueText(Bytes<int32_t>(19782), date), "2024-02-29");
  EXPECT_EQ(ValueText(Bytes<int32_t>(-719162), date), "0001-01-01");
  EXPECT_EQ(ValueText(Bytes<int32_t>(-1), Converted(kInt32, ConvertedType::kDate)), "1969-12-31");
  const auto stamp = [](int64_t value, TimeUnit unit, bool utc) {
    return ValueText(Bytes(value), Logical(kInt64, LogicalKind::kTimestamp, unit, utc));
  };
  EXPECT_EQ(stamp(1'700'000'000'250, TimeUnit::kMillis, true), "2023-11-14 22:13:20.25Z");
  EXPECT_EQ(stamp(-1, TimeUnit::kMicros, false), "1969-12-31 23:59:59.999999");
  EXPECT_EQ(stamp(INT64_MIN, TimeUnit::kNanos, false), "1677-09-21 00:12:43.145224192");
  EXPECT_EQ(stamp(INT64_MIN, TimeUnit::kMillis, false), "-292275055-05-16 16:47:04.192");
  EXPECT_EQ(ValueText(Bytes<int64_t>(0), Converted(kInt64, ConvertedType::kTimestampMicros)),
            "1970-01-01 00:00:00Z");
  EXPECT_EQ(ValueText(Bytes<int64_t>(86'399'999'999),
                      Logical(kInt64, LogicalKind::kTime, TimeUnit::kMicros)),
            "23:59:59.999999");
  EXPECT_EQ(ValueText(Bytes<int32_t>(-5), Converted(kInt32, ConvertedType::kTimeMillis)), "-5");
  EXPECT_EQ(ValueText(Bytes<int64_t>(INT64_MAX), Logical(kInt64, LogicalKind::kDate)),
            "9223372036854775807");
  // 2021-01-01 01:00:00: nanoseconds of the day, Julian day.
  EXPECT_EQ(ValueText(Bytes<int64_t>(3'600'000'000'000) + Bytes<int32_t>(2459216),
                      Leaf(PhysicalType::kInt96)),
            "2021-01-01 01:00:00");
}

TEST(ValueText, Decimals) {
  EXPECT_EQ(ValueText(Bytes<int32_t>(-1250), Decimal(kInt32, 2)), "-12.50");
  EXPECT_EQ(ValueText(Bytes<int64_t>(5), Decimal(kInt64, 3)), "0.005");
  EXPECT_EQ(ValueText(Bytes<int64_t>(INT64_MIN), Decimal(kInt64, 0)), "-9223372036854775808");
  EXPECT_EQ(ValueText(std::string("\xff\x85", 2), Decimal(kFixed, 1)), "-12.3");
  EXPECT_EQ(ValueText(std::string("\x01\0\0\0\0\0\0\0\0", 9), Decimal(kBytes, 0)),
            "18446744073709551616");
  EXPECT_EQ(ValueText(std::string("\x80", 1), Decimal(kBytes, 0)), "-128");
  EXPECT_EQ(ValueText(std::string("\0", 1), Decimal(kBytes, 2)), "0.00");
  EXPECT_EQ(ValueText(Bytes<int32_t>(5), Decimal(kInt32, INT32_MAX)), "5");
  EXPECT_EQ(ValueText("", Decimal(kBytes, 2)), "0x");
  SchemaElement old = Converted(kInt32, ConvertedType::kDecimal);
  old.scale = 1;
  EXPECT_EQ(ValueText(Bytes<int32_t>(15), old), "1.5");
}

TEST(ValueText, Binaries) {
  EXPECT_EQ(ValueText("a\x1b[31m\"", Logical(kBytes, LogicalKind::kString)), "\"a\x1b[31m\"\"");
  EXPECT_EQ(ValueText("{}", Converted(kBytes, ConvertedType::kJson)), "\"{}\"");
  EXPECT_EQ(ValueText("ab", Leaf(kBytes)), "0x6162");
  EXPECT_EQ(ValueText(std::string("\0\1\2\3\4\5\6\7\x8\x9\xa\xb\xc\xd\xe\xf", 16),
                      Logical(kFixed, LogicalKind::kUuid)),
            "00010203-0405-0607-0809-0a0b0c0d0e0f");
  EXPECT_EQ(ValueText(Bytes<uint32_t>(1) + Bytes<uint32_t>(2) + Bytes<uint32_t>(3),
                      Converted(kFixed, ConvertedType::kInterval)),
            "1 months 2 days 3 ms");
}

TEST(ValueText, BytesThatAreNoValueAreHex) {
  EXPECT_EQ(ValueText("abc", Leaf(kInt32)), "0x616263");
  EXPECT_EQ(ValueText("", Leaf(PhysicalType::kBoolean)), "0x");
  EXPECT_EQ(ValueText("12345678", Leaf(PhysicalType::kInt96)), "0x3132333435363738");
  EXPECT_EQ(ValueText("abc", Logical(kFixed, LogicalKind::kUuid)), "0x616263");
  EXPECT_EQ(ValueText("a", Logical(kFixed, LogicalKind::kFloat16)), "0x61");
  EXPECT_EQ(ValueText("a", SchemaElement{}), "0x61");
}

}  // namespace
}  // namespace pqpack
