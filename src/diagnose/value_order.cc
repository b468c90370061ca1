// SPDX-License-Identifier: Apache-2.0
#include "diagnose/value_order.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <compare>
#include <cstdint>

namespace pqpack {
namespace {

static_assert(std::endian::native == std::endian::little);

template <typename T>
T Load(std::string_view bytes) {
  T value;
  std::copy_n(bytes.begin(), sizeof(T), reinterpret_cast<char*>(&value));
  return value;
}

template <typename T>
bool LessAs(std::string_view a, std::string_view b) {
  return Load<T>(a) < Load<T>(b);
}

// Sign and magnitude become one ascending number.
int32_t HalfKey(std::string_view bytes) {
  const auto bits = Load<uint16_t>(bytes);
  const int32_t magnitude = bits & 0x7fff;
  return (bits & 0x8000) != 0 ? -magnitude : magnitude;
}

bool LessBytes(std::string_view a, std::string_view b) {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return static_cast<uint8_t>(x) < static_cast<uint8_t>(y);
  });
}

// Values of different length: the shorter one is filled up with its sign.
bool LessDecimal(std::string_view a, std::string_view b) {
  const auto negative = [](std::string_view v) { return !v.empty() && (v[0] & 0x80) != 0; };
  if (negative(a) != negative(b)) return negative(a);
  const size_t size = std::max(a.size(), b.size());
  const char fill = negative(a) ? '\xff' : '\0';
  for (size_t i = 0; i < size; ++i) {
    const auto byte = [&](std::string_view v) {
      const size_t skipped = size - v.size();
      return static_cast<uint8_t>(i < skipped ? fill : v[i - skipped]);
    };
    if (byte(a) != byte(b)) return byte(a) < byte(b);
  }
  return false;
}

bool IsUnsigned(const SchemaElement& leaf) {
  if (leaf.logical_type && leaf.logical_type->kind == LogicalKind::kInteger) {
    return !leaf.logical_type->is_signed;
  }
  return leaf.converted_type == ConvertedType::kUint8 ||
         leaf.converted_type == ConvertedType::kUint16 ||
         leaf.converted_type == ConvertedType::kUint32 ||
         leaf.converted_type == ConvertedType::kUint64;
}

bool IsDecimal(const SchemaElement& leaf) {
  const bool logical = leaf.logical_type && leaf.logical_type->kind != LogicalKind::kNone;
  return logical ? leaf.logical_type->kind == LogicalKind::kDecimal
                 : leaf.converted_type == ConvertedType::kDecimal;
}

// Types whose bytes have no order of their own.
bool HasNoOrder(const SchemaElement& leaf) {
  if (leaf.converted_type == ConvertedType::kInterval) return true;
  if (!leaf.logical_type) return false;
  const LogicalType& type = *leaf.logical_type;
  return !type.known() || type.kind == LogicalKind::kUnknown ||
         type.kind == LogicalKind::kVariant || type.kind == LogicalKind::kGeometry ||
         type.kind == LogicalKind::kGeography || type.kind == LogicalKind::kFile;
}

}  // namespace

ValueOrder ValueOrder::Of(const SchemaElement& leaf) {
  const auto length = static_cast<size_t>(std::max(0, leaf.type_length.value_or(0)));
  const bool none = HasNoOrder(leaf);
  switch (leaf.type.value_or(PhysicalType::kInt96)) {
    case PhysicalType::kBoolean:
      return {Kind::kBoolean, 1};
    case PhysicalType::kInt32:
      return {IsUnsigned(leaf) ? Kind::kUnsigned32 : Kind::kSigned32, 4};
    case PhysicalType::kInt64:
      return {IsUnsigned(leaf) ? Kind::kUnsigned64 : Kind::kSigned64, 8};
    case PhysicalType::kFloat:
      return {Kind::kFloat, 4};
    case PhysicalType::kDouble:
      return {Kind::kDouble, 8};
    case PhysicalType::kByteArray:
      if (none) return {Kind::kUndefined, 0};
      return {IsDecimal(leaf) ? Kind::kBigDecimal : Kind::kBytes, 0};
    case PhysicalType::kFixedLenByteArray:
      if (none) return {Kind::kUndefined, length};
      if (leaf.logical_type && leaf.logical_type->kind == LogicalKind::kFloat16 && length == 2) {
        return {Kind::kFloat16, 2};
      }
      return {IsDecimal(leaf) ? Kind::kBigDecimal : Kind::kBytes, length};
    default:
      return {Kind::kUndefined, 0};
  }
}

// Bounds of byte arrays may be cut short, so that fewer bytes are fine.
bool ValueOrder::IsValue(std::string_view value) const {
  if (kind_ == Kind::kBytes) return size_ == 0 || value.size() <= size_;
  return size_ == 0 || value.size() == size_;
}

bool ValueOrder::IsNaN(std::string_view value) const {
  if (kind_ == Kind::kFloat) return std::isnan(Load<float>(value));
  if (kind_ == Kind::kDouble) return std::isnan(Load<double>(value));
  if (kind_ == Kind::kFloat16) return (Load<uint16_t>(value) & 0x7fff) > 0x7c00;
  return false;
}

bool ValueOrder::Less(std::string_view a, std::string_view b) const {
  switch (kind_) {
    case Kind::kUndefined:
      return false;
    case Kind::kBoolean:
      return LessAs<uint8_t>(a, b);
    case Kind::kSigned32:
      return LessAs<int32_t>(a, b);
    case Kind::kUnsigned32:
      return LessAs<uint32_t>(a, b);
    case Kind::kSigned64:
      return LessAs<int64_t>(a, b);
    case Kind::kUnsigned64:
      return LessAs<uint64_t>(a, b);
    case Kind::kFloat:
      return LessAs<float>(a, b);
    case Kind::kDouble:
      return LessAs<double>(a, b);
    case Kind::kFloat16:
      return HalfKey(a) < HalfKey(b);
    case Kind::kBytes:
      return LessBytes(a, b);
    case Kind::kBigDecimal:
      return LessDecimal(a, b);
  }
  return false;
}

}  // namespace pqpack
