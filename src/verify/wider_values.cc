// SPDX-License-Identifier: Apache-2.0
#include "verify/wider_values.h"

#include <parquet/types.h>

#include <array>
#include <bit>
#include <cstring>
#include <optional>
#include <string_view>

#include "verify/chunk_reader.h"

namespace pqpack {
namespace {

bool Is(const TableColumn& column, PhysicalType type) { return column.type == type; }

const std::optional<LogicalType>& AnnotationOf(const TableColumn& column) {
  return column.layers.back().annotation;
}

// Of a signed integer; 0: it is none.  The annotations that say no more than the physical
// type are left out in the canonical form.
int IntegerBits(const TableColumn& column) {
  const int physical = Is(column, PhysicalType::kInt32)   ? 32
                       : Is(column, PhysicalType::kInt64) ? 64
                                                          : 0;
  const auto& annotation = AnnotationOf(column);
  if (!annotation || physical == 0) return physical;
  const bool is_signed = annotation->kind == LogicalKind::kInteger && annotation->is_signed;
  return is_signed ? annotation->bit_width : 0;
}

bool HoldsIntegers(const TableColumn& wide, const TableColumn& narrow) {
  const int bits = IntegerBits(narrow);
  const bool fits = Is(wide, PhysicalType::kInt64) || Is(narrow, PhysicalType::kInt32);
  return bits > 0 && fits && IntegerBits(wide) >= bits;
}

bool HoldsFloats(const TableColumn& wide, const TableColumn& narrow) {
  return Is(wide, PhysicalType::kDouble) && Is(narrow, PhysicalType::kFloat) &&
         !AnnotationOf(wide) && !AnnotationOf(narrow);
}

// Of a decimal; otherwise and where the physical type can't be one nothing.
const LogicalType* DecimalOf(const TableColumn& column) {
  const bool may_be = Is(column, PhysicalType::kInt32) || Is(column, PhysicalType::kInt64) ||
                      Is(column, PhysicalType::kByteArray) ||
                      Is(column, PhysicalType::kFixedLenByteArray);
  const auto& annotation = AnnotationOf(column);
  return may_be && annotation && annotation->kind == LogicalKind::kDecimal ? &*annotation : nullptr;
}

bool HoldsDecimals(const TableColumn& wide, const TableColumn& narrow) {
  const LogicalType* const of_wide = DecimalOf(wide);
  const LogicalType* const of_narrow = DecimalOf(narrow);
  return of_wide != nullptr && of_narrow != nullptr && of_wide->scale == of_narrow->scale &&
         of_wide->precision >= of_narrow->precision;
}

template <typename A, typename B, typename Same>
int64_t FirstUnequal(const uint8_t* a, const uint8_t* b, int64_t count, const Same& same) {
  const auto* const left = reinterpret_cast<const A*>(a);
  const auto* const right = reinterpret_cast<const B*>(b);
  int64_t i = 0;
  while (i < count && same(left[i], right[i])) ++i;
  return i;
}

bool SameInteger(int64_t a, int64_t b) { return a == b; }

// By bits, since 0.0 == -0.0 and no NaN equals itself.
bool SameFloat(float a, double b) {
  constexpr uint64_t kQuiet = uint64_t{1} << 51;
  const auto bits = std::bit_cast<uint32_t>(a);
  const uint32_t fraction = bits & 0x7fffff;
  if ((bits >> 23 & 0xff) != 0xff || fraction == 0) {
    return std::bit_cast<uint64_t>(b) == std::bit_cast<uint64_t>(double{a});
  }
  const uint64_t nan =
      uint64_t{bits >> 31} << 63 | uint64_t{0x7ff} << 52 | uint64_t{fraction} << 29;
  const auto found = std::bit_cast<uint64_t>(b);
  return found == nan || found == (nan | kQuiet);
}

// Big-endian two's complement in as few bytes as its value needs.  No byte at all stays that:
// it is no number.
std::string_view Shortest(std::string_view bytes) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(bytes[i]); };
  while (bytes.size() > 1 &&
         ((byte(0) == 0 && byte(1) < 0x80) || (byte(0) == 0xff && byte(1) >= 0x80))) {
    bytes.remove_prefix(1);
  }
  return bytes;
}

template <typename T>
T Load(const uint8_t* at) {
  T value;
  std::memcpy(&value, at, sizeof(T));
  return value;
}

using Integer = std::array<uint8_t, 8>;

Integer BigEndian(int64_t value) {
  Integer bytes;
  for (size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<uint8_t>(static_cast<uint64_t>(value) >> (56 - 8 * i));
  }
  return bytes;
}

// The unscaled value of a decimal; `integer` holds the bytes of what is stored as one.
std::string_view Unscaled(const TableColumn& column, const uint8_t* value, Integer* integer) {
  if (Is(column, PhysicalType::kByteArray)) {
    const auto array = Load<parquet::ByteArray>(value);
    return Shortest({reinterpret_cast<const char*>(array.ptr), array.len});
  }
  if (Is(column, PhysicalType::kFixedLenByteArray)) {
    const auto array = Load<parquet::FixedLenByteArray>(value);
    return Shortest({reinterpret_cast<const char*>(array.ptr), static_cast<size_t>(column.length)});
  }
  const bool is_int32 = Is(column, PhysicalType::kInt32);
  *integer = BigEndian(is_int32 ? Load<int32_t>(value) : Load<int64_t>(value));
  return Shortest({reinterpret_cast<const char*>(integer->data()), integer->size()});
}

}  // namespace

bool SameStorage(const TableColumn& a, const TableColumn& b) {
  return a.type == b.type && a.length == b.length;
}

bool HoldsValuesOf(const TableColumn& wide, const TableColumn& narrow) {
  const Layer& of_wide = wide.layers.back();
  const Layer& of_narrow = narrow.layers.back();
  if (of_wide.interval != of_narrow.interval) return false;
  if (SameStorage(wide, narrow) && of_wide.annotation == of_narrow.annotation) return true;
  return HoldsIntegers(wide, narrow) || HoldsFloats(wide, narrow) || HoldsDecimals(wide, narrow);
}

int64_t FirstDifferentNumber(const TableColumn& column_a, const uint8_t* a,
                             const TableColumn& column_b, const uint8_t* b, int64_t count) {
  if (Is(column_a, PhysicalType::kFloat)) {
    return FirstUnequal<float, double>(a, b, count, SameFloat);
  }
  if (Is(column_a, PhysicalType::kInt32) && Is(column_b, PhysicalType::kInt64)) {
    return FirstUnequal<int32_t, int64_t>(a, b, count, SameInteger);
  }
  const int64_t size_a = ValueSize(column_a.type);
  const int64_t size_b = ValueSize(column_b.type);
  Integer of_a, of_b;
  int64_t i = 0;
  while (i < count &&
         Unscaled(column_a, a + i * size_a, &of_a) == Unscaled(column_b, b + i * size_b, &of_b)) {
    ++i;
  }
  return i;
}

}  // namespace pqpack
