// SPDX-License-Identifier: Apache-2.0
#include "execute/merge/widening.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <memory>
#include <string>

namespace pqpack {
namespace {

enum class Kind { kOther, kInteger, kFloat, kDecimal };

struct Number {
  Kind kind = Kind::kOther;
  int bits = 0;  // integers: 8 to 64; floats: 32, 64
  int precision = 0;
  int scale = 0;
};

bool IsNone(const SchemaNode& node) {
  return node.annotation == nullptr || node.annotation->is_none();
}

Number NumberOf(const SchemaNode& leaf) {
  const PhysicalType type = *leaf.type;
  const int bits = type == PhysicalType::kInt32 ? 32 : 64;
  const bool integer = type == PhysicalType::kInt32 || type == PhysicalType::kInt64;
  if (IsNone(leaf)) {
    if (integer) return {Kind::kInteger, bits};
    if (type == PhysicalType::kFloat) return {Kind::kFloat, 32};
    if (type == PhysicalType::kDouble) return {Kind::kFloat, 64};
    return {};
  }
  if (leaf.annotation->is_int() && integer) {
    const auto& annotation = static_cast<const parquet::IntLogicalType&>(*leaf.annotation);
    if (annotation.is_signed()) return {Kind::kInteger, annotation.bit_width()};
  }
  if (leaf.annotation->is_decimal() && type != PhysicalType::kByteArray) {
    const auto& annotation = static_cast<const parquet::DecimalLogicalType&>(*leaf.annotation);
    return {Kind::kDecimal, 0, annotation.precision(), annotation.scale()};
  }
  return {};
}

std::string Lower(std::string_view text) {
  std::string lower;
  for (const char c : text) {
    if (c != ' ') lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return lower;
}

// "decimal(10,2)"; "decimal" alone is Hive's decimal(10,0).
Number DecimalOf(std::string_view text) {
  Number number{Kind::kDecimal, 0, 10, 0};
  const size_t open = text.find('(');
  if (open == text.npos) return number;
  const char* end = text.data() + text.size();
  const auto precision = std::from_chars(text.data() + open + 1, end, number.precision);
  if (precision.ec != std::errc{}) return {};
  if (precision.ptr != end && *precision.ptr == ',') {
    if (std::from_chars(precision.ptr + 1, end, number.scale).ec != std::errc{}) return {};
  }
  return number;
}

Number NumberOf(std::string_view table_type) {
  const std::string type = Lower(table_type);
  if (type == "tinyint" || type == "byte") return {Kind::kInteger, 8};
  if (type == "smallint" || type == "short") return {Kind::kInteger, 16};
  if (type == "int" || type == "integer") return {Kind::kInteger, 32};
  if (type == "bigint" || type == "long") return {Kind::kInteger, 64};
  if (type == "float" || type == "real") return {Kind::kFloat, 32};
  if (type == "double") return {Kind::kFloat, 64};
  if (type.starts_with("decimal")) return DecimalOf(type);
  return {};
}

// Bytes that a decimal of that precision needs (LogicalTypes.md, "DECIMAL").
int32_t DecimalLength(int precision) {
  return static_cast<int32_t>(std::ceil((precision * std::log2(10.0) + 1) / 8));
}

SchemaNode WiderDecimal(const SchemaNode& a, const SchemaNode& b, const Number& wide) {
  SchemaNode out = a;
  out.annotation = parquet::LogicalType::Decimal(wide.precision, wide.scale);
  const auto fixed = [](const SchemaNode& node) {
    return node.type == PhysicalType::kFixedLenByteArray ? node.type_length : 0;
  };
  const int32_t length = std::max(fixed(a), fixed(b));
  if (length == 0 && wide.precision <= 18) {
    out.type = wide.precision <= 9 && a.type == b.type && a.type == PhysicalType::kInt32
                   ? PhysicalType::kInt32
                   : PhysicalType::kInt64;
    return out;
  }
  // An integer may hold more digits than its annotation says: as many bytes as it has.
  const bool has_int64 = a.type == PhysicalType::kInt64 || b.type == PhysicalType::kInt64;
  out.type = PhysicalType::kFixedLenByteArray;
  out.type_length = std::max({length, DecimalLength(wide.precision), has_int64 ? 8 : 4});
  return out;
}

}  // namespace

bool SameType(const SchemaNode& a, const SchemaNode& b) {
  if (a.type != b.type) return false;
  if (a.type == PhysicalType::kFixedLenByteArray && a.type_length != b.type_length) return false;
  const auto plain = [](const SchemaNode& node) {
    const Number number = NumberOf(node);
    return IsNone(node) || (number.kind == Kind::kInteger && number.bits >= 32);
  };
  if (plain(a) || plain(b)) return plain(a) && plain(b);
  return a.annotation->Equals(*b.annotation);
}

std::optional<SchemaNode> WiderType(const SchemaNode& a, const SchemaNode& b,
                                    std::string_view table_type) {
  const Number left = NumberOf(a), right = NumberOf(b), table = NumberOf(table_type);
  if (left.kind == Kind::kOther || left.kind != right.kind || table.kind != left.kind)
    return std::nullopt;
  if (left.kind == Kind::kDecimal) {
    Number wide = left;
    wide.precision = std::max(left.precision, right.precision);
    if (left.scale != right.scale || table.scale != left.scale || wide.precision > table.precision)
      return std::nullopt;
    return WiderDecimal(a, b, wide);
  }
  if (std::max(left.bits, right.bits) > table.bits) return std::nullopt;
  SchemaNode out = a;
  const SchemaNode& wider = left.bits >= right.bits ? a : b;
  out.type = wider.type;
  out.annotation = wider.annotation;
  return out;
}

Conversion ConversionTo(const SchemaNode& output, const SchemaNode& source) {
  const bool fixed = output.type == PhysicalType::kFixedLenByteArray;
  if (output.type == source.type && (!fixed || output.type_length == source.type_length))
    return Conversion::kNone;
  if (output.type == PhysicalType::kDouble) return Conversion::kFloatToDouble;
  if (!fixed) return Conversion::kInt32ToInt64;
  if (source.type == PhysicalType::kInt32) return Conversion::kInt32ToFixed;
  if (source.type == PhysicalType::kInt64) return Conversion::kInt64ToFixed;
  return Conversion::kFixedToFixed;
}

}  // namespace pqpack
