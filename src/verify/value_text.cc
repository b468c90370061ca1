// SPDX-License-Identifier: Apache-2.0
#include "verify/value_text.h"

#include <arrow/util/decimal.h>
#include <arrow/util/utf8.h>
#include <fmt/format.h>
#include <parquet/types.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <string_view>

#include "base/bytes.h"
#include "base/hex.h"
#include "verify/chunk_reader.h"

namespace pqpack {
namespace {

constexpr size_t kMostBytes = 60;  // of a long value, around the difference
constexpr size_t kBefore = 20;

template <typename T>
T Load(const uint8_t* at) {
  T value;
  std::memcpy(&value, at, sizeof(T));
  return value;
}

// The bytes of a value, wherever they are.
std::string_view BytesOf(const TableColumn& column, const uint8_t* value) {
  if (column.type == PhysicalType::kByteArray) {
    const auto array = Load<parquet::ByteArray>(value);
    return {reinterpret_cast<const char*>(array.ptr), array.len};
  }
  if (column.type == PhysicalType::kFixedLenByteArray) {
    const auto array = Load<parquet::FixedLenByteArray>(value);
    return {reinterpret_cast<const char*>(array.ptr), static_cast<size_t>(column.length)};
  }
  return {reinterpret_cast<const char*>(value), static_cast<size_t>(ValueSize(column.type))};
}

const LogicalType* AnnotationOf(const TableColumn& column) {
  const auto& annotation = column.layers.back().annotation;
  return annotation ? &*annotation : nullptr;
}

std::string DateText(std::chrono::sys_days day) {
  const std::chrono::year_month_day date(day);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

// Years that std::chrono can name.
bool HasDate(int64_t days) { return days > -12'000'000 && days < 11'000'000; }

struct UnitOfTime {
  int64_t per_second = 1;
  int digits = 0;
};

UnitOfTime Split(TimeUnit unit) {
  if (unit == TimeUnit::kMillis) return {1'000, 3};
  if (unit == TimeUnit::kMicros) return {1'000'000, 6};
  return {1'000'000'000, 9};
}

std::string ClockText(int64_t since_midnight, UnitOfTime unit) {
  const int64_t seconds = since_midnight / unit.per_second;
  return fmt::format("{:02}:{:02}:{:02}.{:0{}}", seconds / 3600, seconds / 60 % 60, seconds % 60,
                     since_midnight % unit.per_second, unit.digits);
}

std::string TimestampText(int64_t value, const LogicalType& type) {
  const UnitOfTime unit = Split(type.unit);
  const int64_t per_day = unit.per_second * 86400;
  const int64_t days = value / per_day - (value % per_day < 0 ? 1 : 0);
  if (!HasDate(days)) return fmt::format("{}", value);
  const std::chrono::sys_days day{std::chrono::days(days)};
  return fmt::format("{} {}{} ({})", DateText(day), ClockText(value - days * per_day, unit),
                     type.adjusted_to_utc ? "Z" : "", value);
}

std::string IntegerText(int64_t value, int bits, const LogicalType* type) {
  if (type == nullptr) return fmt::format("{}", value);
  switch (type->kind) {
    case LogicalKind::kTimestamp:
      return TimestampText(value, *type);
    case LogicalKind::kTime: {
      const UnitOfTime unit = Split(type->unit);
      if (value < 0 || value / unit.per_second > 359'999) return fmt::format("{}", value);
      return fmt::format("{} ({})", ClockText(value, unit), value);
    }
    case LogicalKind::kDate:
      if (!HasDate(value)) return fmt::format("{}", value);
      return fmt::format("{} ({})", DateText(std::chrono::sys_days{std::chrono::days(value)}),
                         value);
    case LogicalKind::kDecimal:
      if (type->scale < 0 || type->scale > 18) return fmt::format("{}", value);
      return arrow::Decimal128(value).ToString(type->scale);
    case LogicalKind::kInteger:
      if (type->is_signed) return fmt::format("{}", value);
      return bits == 32 ? fmt::format("{}", static_cast<uint32_t>(value))
                        : fmt::format("{}", static_cast<uint64_t>(value));
    default:
      return fmt::format("{}", value);
  }
}

template <typename Float, typename Bits>
std::string FloatText(const uint8_t* value) {
  const auto number = Load<Float>(value);
  if (!std::isnan(number)) return fmt::format("{}", number);
  return fmt::format("NaN (bits 0x{:0{}x})", Load<Bits>(value), sizeof(Bits) * 2);
}

std::string Escaped(std::string_view text, bool utf8) {
  std::string escaped;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\'' || c == '\\') {
      escaped += {'\\', c};
    } else if (c == '\n') {
      escaped += "\\n";
    } else if (c == '\t') {
      escaped += "\\t";
    } else if (byte < 0x20 || byte == 0x7f || (byte >= 0x80 && !utf8)) {
      escaped += fmt::format("\\x{:02x}", byte);
    } else {
      escaped += c;
    }
  }
  return escaped;
}

// The part of a long value that is worth showing.
struct Part {
  size_t begin = 0;
  size_t length = 0;
};

Part PartToShow(std::string_view bytes, std::string_view other) {
  if (bytes.size() <= kMostBytes) return {0, bytes.size()};
  const size_t shared =
      static_cast<size_t>(std::ranges::mismatch(bytes, other).in1 - bytes.begin());
  const size_t begin = shared > kBefore ? shared - kBefore : 0;
  return {begin, std::min(kMostBytes, bytes.size() - begin)};
}

std::string BytesText(std::string_view bytes, std::string_view other) {
  Part part = PartToShow(bytes, other);
  const bool utf8 = arrow::util::ValidateUTF8(bytes);
  const auto continues = [&](size_t at) {
    return at < bytes.size() && (static_cast<unsigned char>(bytes[at]) & 0xc0) == 0x80;
  };
  while (utf8 && part.begin > 0 && continues(part.begin)) --part.begin, ++part.length;
  while (utf8 && continues(part.begin + part.length)) ++part.length;
  const std::string_view shown = bytes.substr(part.begin, part.length);
  const bool printable = utf8 && std::ranges::none_of(shown, [](char c) { return c == '\0'; });
  std::string text = printable ? "'" + Escaped(shown, utf8) + "'" : "0x" + ToHex(shown);
  if (shown.size() < bytes.size()) {
    text += fmt::format(" (from byte {} of {} on)", part.begin, bytes.size());
  }
  return text;
}

std::string DecimalText(std::string_view bytes, const LogicalType& type) {
  if (bytes.empty() || bytes.size() > 32 || type.scale < 0 || type.scale > 76) {
    return "0x" + ToHex(bytes.substr(0, kMostBytes));
  }
  const auto decimal = arrow::Decimal256::FromBigEndian(
      reinterpret_cast<const uint8_t*>(bytes.data()), static_cast<int32_t>(bytes.size()));
  return decimal.ok() ? decimal->ToString(type.scale) : "0x" + ToHex(bytes);
}

std::string Plain(const TableColumn& column, const uint8_t* value, const uint8_t* other) {
  const LogicalType* type = AnnotationOf(column);
  switch (column.type) {
    case PhysicalType::kBoolean:
      return *value != 0 ? "true" : "false";
    case PhysicalType::kInt32:
      return IntegerText(Load<int32_t>(value), 32, type);
    case PhysicalType::kInt64:
      return IntegerText(Load<int64_t>(value), 64, type);
    case PhysicalType::kFloat:
      return FloatText<float, uint32_t>(value);
    case PhysicalType::kDouble:
      return FloatText<double, uint64_t>(value);
    case PhysicalType::kInt96: {
      const auto nanos = Load<int64_t>(value);
      const int64_t days = int64_t{Load<uint32_t>(value + 8)} - parquet::kJulianToUnixEpochDays;
      if (nanos < 0 || nanos >= parquet::kNanosecondsPerDay || !HasDate(days)) {
        return "0x" + ToHex(BytesOf(column, value));
      }
      return DateText(std::chrono::sys_days{std::chrono::days(days)}) + " " +
             ClockText(nanos, {1'000'000'000, 9});
    }
    default:
      break;
  }
  const std::string_view bytes = BytesOf(column, value);
  const LogicalKind kind = type == nullptr ? LogicalKind::kNone : type->kind;
  if (kind == LogicalKind::kDecimal) return DecimalText(bytes, *type);
  if (kind == LogicalKind::kUuid || kind == LogicalKind::kFloat16) return "0x" + ToHex(bytes);
  return BytesText(bytes, other == nullptr ? std::string_view() : BytesOf(column, other));
}

}  // namespace

std::string ValueText(const TableColumn& column, const uint8_t* value, const uint8_t* other) {
  std::string text = Plain(column, value, other);
  if (other == nullptr || text != Plain(column, other, value)) return text;
  return text + " [0x" + ToHex(BytesOf(column, value).substr(0, kMostBytes)) + "]";
}

bool SameValue(const TableColumn& column, const uint8_t* a, const uint8_t* b) {
  return BytesOf(column, a) == BytesOf(column, b);
}

int64_t FirstDifferentValue(const TableColumn& column, const uint8_t* a, const uint8_t* b,
                            int64_t count) {
  const int64_t size = ValueSize(column.type);
  const bool inside =
      column.type != PhysicalType::kByteArray && column.type != PhysicalType::kFixedLenByteArray;
  if (inside && std::memcmp(a, b, static_cast<size_t>(count * size)) == 0) return count;
  if (column.type == PhysicalType::kByteArray) {
    const auto* left = reinterpret_cast<const parquet::ByteArray*>(a);
    const auto* right = reinterpret_cast<const parquet::ByteArray*>(b);
    int64_t i = 0;
    while (i < count && left[i] == right[i]) ++i;
    return i;
  }
  for (int64_t i = 0; i < count; ++i) {
    if (!SameValue(column, a + i * size, b + i * size)) return i;
  }
  return count;
}

}  // namespace pqpack
