// SPDX-License-Identifier: Apache-2.0
#include "diagnose/value_order.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <string>

namespace pqpack {
namespace {

SchemaElement Leaf(PhysicalType type, std::optional<ConvertedType> converted = {}, int length = 0) {
  SchemaElement leaf;
  leaf.type = type;
  leaf.converted_type = converted;
  leaf.type_length = length;
  return leaf;
}

template <typename T>
std::string Bytes(T value) {
  std::string bytes(sizeof(T), '\0');
  std::memcpy(bytes.data(), &value, sizeof(T));
  return bytes;
}

void ExpectOrder(const SchemaElement& leaf, const std::string& low, const std::string& high) {
  const ValueOrder order = ValueOrder::Of(leaf);
  EXPECT_TRUE(order.defined());
  EXPECT_TRUE(order.Less(low, high));
  EXPECT_FALSE(order.Less(high, low));
  EXPECT_FALSE(order.Less(low, low));
}

TEST(ValueOrder, ByTypeAndSign) {
  ExpectOrder(Leaf(PhysicalType::kInt32), Bytes(int32_t{-1}), Bytes(int32_t{1}));
  ExpectOrder(Leaf(PhysicalType::kInt32, ConvertedType::kUint32), Bytes(int32_t{1}),
              Bytes(int32_t{-1}));
  ExpectOrder(Leaf(PhysicalType::kInt64), Bytes(int64_t{-1}), Bytes(int64_t{1}));
  ExpectOrder(Leaf(PhysicalType::kInt64, ConvertedType::kUint64), Bytes(int64_t{1}),
              Bytes(int64_t{-1}));
  ExpectOrder(Leaf(PhysicalType::kDouble), Bytes(-1.0), Bytes(0.5));
  ExpectOrder(Leaf(PhysicalType::kFloat), Bytes(-INFINITY), Bytes(0.5F));
  ExpectOrder(Leaf(PhysicalType::kBoolean), std::string("\0", 1), "\1");
}

TEST(ValueOrder, BytesAreUnsigned) {
  ExpectOrder(Leaf(PhysicalType::kByteArray), "a", "\xff");
  ExpectOrder(Leaf(PhysicalType::kByteArray), "a", "aa");
  ExpectOrder(Leaf(PhysicalType::kFixedLenByteArray, {}, 2), "ab", "b\xff");
}

TEST(ValueOrder, DecimalsAreFilledUpWithTheirSign) {
  const SchemaElement decimal = Leaf(PhysicalType::kByteArray, ConvertedType::kDecimal);
  ExpectOrder(decimal, "\xff", "\x01");                      // -1, 1
  ExpectOrder(decimal, std::string("\xfe\x00", 2), "\xff");  // -512, -1
  ExpectOrder(decimal, "\x7f", std::string("\x01\x00", 2));  // 127, 256
  const ValueOrder order = ValueOrder::Of(decimal);
  EXPECT_FALSE(order.Less(std::string("\x00\x01", 2), "\x01"));  // 1, 1
  EXPECT_FALSE(order.Less("\x01", std::string("\x00\x01", 2)));
}

TEST(ValueOrder, Halves) {
  SchemaElement half = Leaf(PhysicalType::kFixedLenByteArray, {}, 2);
  half.logical_type.emplace().kind = LogicalKind::kFloat16;
  ExpectOrder(half, Bytes(uint16_t{0xfbf0}), Bytes(uint16_t{0xf401}));  // -65024, -16400
  ExpectOrder(half, Bytes(uint16_t{0xbc00}), Bytes(uint16_t{0x3c00}));  // -1, 1
  const ValueOrder order = ValueOrder::Of(half);
  EXPECT_FALSE(order.Less(Bytes(uint16_t{0x8000}), Bytes(uint16_t{0}))) << "-0 is 0";
  EXPECT_TRUE(order.IsNaN(Bytes(uint16_t{0x7e00})));
  EXPECT_FALSE(order.IsNaN(Bytes(uint16_t{0x7c00}))) << "infinity";
}

TEST(ValueOrder, SomeTypesHaveNone) {
  EXPECT_FALSE(ValueOrder::Of(Leaf(PhysicalType::kInt96)).defined());
  EXPECT_FALSE(ValueOrder::Of(Leaf(PhysicalType::kFixedLenByteArray, ConvertedType::kInterval, 12))
                   .defined());
  SchemaElement geometry = Leaf(PhysicalType::kByteArray);
  geometry.logical_type.emplace().kind = LogicalKind::kGeometry;
  EXPECT_FALSE(ValueOrder::Of(geometry).defined());
}

TEST(ValueOrder, KnowsHowLongValuesAre) {
  EXPECT_TRUE(ValueOrder::Of(Leaf(PhysicalType::kInt64)).IsValue("12345678"));
  EXPECT_FALSE(ValueOrder::Of(Leaf(PhysicalType::kInt64)).IsValue("1234"));
  EXPECT_TRUE(ValueOrder::Of(Leaf(PhysicalType::kByteArray)).IsValue(""));
  const auto fixed = ValueOrder::Of(Leaf(PhysicalType::kFixedLenByteArray, {}, 16));
  EXPECT_TRUE(fixed.IsValue("a")) << "bounds may be cut short";
  EXPECT_FALSE(fixed.IsValue("12345678901234567"));
}

}  // namespace
}  // namespace pqpack
