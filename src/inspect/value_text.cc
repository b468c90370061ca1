// SPDX-License-Identifier: Apache-2.0
//
// Every type is first reduced to what is printed: an integer with a meaning (date, time,
// timestamp, decimal), a float, or bytes with one.
#include "inspect/value_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "base/hex.h"

namespace pqpack {
namespace {

constexpr int64_t kSecondsPerDay = 86400;
constexpr int64_t kJulianDayOf1970 = 2440588;

// What the bytes mean, by the logical type or else by the converted one.
struct Meaning {
  LogicalKind kind = LogicalKind::kNone;
  TimeUnit unit = TimeUnit::kNone;
  bool utc = false;
  bool is_signed = true;
  int32_t scale = 0;
  bool interval = false;
};

Meaning OfConverted(const SchemaElement& element) {
  Meaning meaning;
  const auto set = [&](LogicalKind kind, TimeUnit unit = TimeUnit::kNone) {
    meaning.kind = kind;
    meaning.unit = unit;
    meaning.utc = true;  // times of converted types are UTC
  };
  switch (*element.converted_type) {
    case ConvertedType::kUtf8:
    case ConvertedType::kEnum:
    case ConvertedType::kJson:
      set(LogicalKind::kString);
      break;
    case ConvertedType::kDecimal:
      set(LogicalKind::kDecimal);
      meaning.scale = element.scale.value_or(0);
      break;
    case ConvertedType::kDate:
      set(LogicalKind::kDate);
      break;
    case ConvertedType::kTimeMillis:
      set(LogicalKind::kTime, TimeUnit::kMillis);
      break;
    case ConvertedType::kTimeMicros:
      set(LogicalKind::kTime, TimeUnit::kMicros);
      break;
    case ConvertedType::kTimestampMillis:
      set(LogicalKind::kTimestamp, TimeUnit::kMillis);
      break;
    case ConvertedType::kTimestampMicros:
      set(LogicalKind::kTimestamp, TimeUnit::kMicros);
      break;
    case ConvertedType::kUint8:
    case ConvertedType::kUint16:
    case ConvertedType::kUint32:
    case ConvertedType::kUint64:
      meaning.is_signed = false;
      break;
    case ConvertedType::kInterval:
      meaning.interval = true;
      break;
    default:
      break;
  }
  return meaning;
}

Meaning OfLogical(const LogicalType& logical) {
  Meaning meaning;
  meaning.kind = logical.kind;
  meaning.unit = logical.unit;
  meaning.utc = logical.adjusted_to_utc;
  meaning.scale = logical.scale;
  if (logical.kind == LogicalKind::kInteger) meaning.is_signed = logical.is_signed;
  if (logical.kind == LogicalKind::kEnum || logical.kind == LogicalKind::kJson) {
    meaning.kind = LogicalKind::kString;
  }
  return meaning;
}

Meaning OfElement(const SchemaElement& element) {
  if (element.logical_type && element.logical_type->kind != LogicalKind::kNone) {
    return OfLogical(*element.logical_type);
  }
  return element.converted_type ? OfConverted(element) : Meaning{};
}

template <typename T>
std::optional<T> Plain(std::string_view bytes) {
  if (bytes.size() != sizeof(T)) return std::nullopt;
  T value;
  bytes.copy(reinterpret_cast<char*>(&value), sizeof(T));
  return value;
}

std::string Hex(std::string_view bytes) { return "0x" + ToHex(bytes); }

int64_t FloorDiv(int64_t value, int64_t by) { return value / by - (value % by < 0 ? 1 : 0); }

int64_t FloorMod(int64_t value, int64_t by) {
  const int64_t rest = value % by;
  return rest < 0 ? rest + by : rest;
}

// Days since 1970 as year-month-day (Howard Hinnant, "chrono-Compatible Low-Level Date
// Algorithms", civil_from_days): std::chrono's year ends at 32767.
std::string DateText(int64_t days) {
  days += 719468;
  const int64_t era = FloorDiv(days, 146097);
  const int64_t day_of_era = days - era * 146097;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t shifted_month = (5 * day_of_year + 2) / 153;
  const int64_t day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
  const int64_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  const int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  return fmt::format("{:04}-{:02}-{:02}", year, month, day);
}

int64_t PerSecond(TimeUnit unit) {
  if (unit == TimeUnit::kMillis) return 1000;
  return unit == TimeUnit::kMicros ? 1'000'000 : 1'000'000'000;
}

// "12:00:00.25": zeros at the end of the fraction are left out.
std::string ClockText(int64_t seconds, int64_t fraction, TimeUnit unit) {
  std::string text =
      fmt::format("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
  if (fraction == 0) return text;
  const int digits = unit == TimeUnit::kMillis ? 3 : unit == TimeUnit::kMicros ? 6 : 9;
  std::string decimals = fmt::format("{:0{}}", fraction, digits);
  decimals.erase(decimals.find_last_not_of('0') + 1);
  return text + "." + decimals;
}

std::string TimestampText(int64_t value, TimeUnit unit, bool utc) {
  const int64_t per_second = PerSecond(unit);
  const int64_t seconds = FloorDiv(value, per_second);
  const int64_t days = FloorDiv(seconds, kSecondsPerDay);
  return DateText(days) + " " +
         ClockText(FloorMod(seconds, kSecondsPerDay), FloorMod(value, per_second), unit) +
         (utc ? "Z" : "");
}

std::optional<std::string> TimeText(int64_t value, TimeUnit unit) {
  const int64_t per_second = PerSecond(unit);
  if (value < 0 || value / per_second >= kSecondsPerDay) return std::nullopt;
  return ClockText(value / per_second, value % per_second, unit);
}

// Puts the point of a decimal into its digits.
std::string WithPoint(std::string digits, bool negative, int32_t scale) {
  constexpr int32_t kMostScale = 1000;  // a larger one is a broken file's
  if (scale > 0 && scale <= kMostScale) {
    const auto decimals = static_cast<size_t>(scale);
    if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
    digits.insert(digits.size() - decimals, 1, '.');
  }
  return (negative ? "-" : "") + digits;
}

std::string DecimalText(int64_t value, int32_t scale) {
  const uint64_t size = value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
  return WithPoint(fmt::format("{}", size), value < 0, scale);
}

// A two's complement number, highest byte first, of any length: divided by ten again and
// again, which is slow for long ones, so these stay bytes.
std::string BigDecimalText(std::string_view bytes, int32_t scale) {
  constexpr size_t kLongest = 64;
  if (bytes.empty() || bytes.size() > kLongest) return Hex(bytes);
  std::vector<uint8_t> number(bytes.begin(), bytes.end());
  const bool negative = number[0] >= 0x80;
  if (negative) {
    unsigned carry = 1;
    for (size_t i = number.size(); i-- > 0;) {
      carry += static_cast<uint8_t>(~number[i]);
      number[i] = static_cast<uint8_t>(carry);
      carry >>= 8;
    }
  }
  std::string digits;
  while (std::ranges::any_of(number, [](uint8_t byte) { return byte != 0; })) {
    unsigned rest = 0;
    for (uint8_t& byte : number) {
      rest = rest << 8 | byte;
      byte = static_cast<uint8_t>(rest / 10);
      rest %= 10;
    }
    digits += static_cast<char>('0' + rest);
  }
  if (digits.empty()) digits = "0";
  std::ranges::reverse(digits);
  return WithPoint(std::move(digits), negative, scale);
}

std::string IntegerText(int64_t value, const Meaning& meaning) {
  switch (meaning.kind) {
    case LogicalKind::kDate:
      // A date is an INT32; a broken file's may be an INT64.
      return value == static_cast<int32_t>(value) ? DateText(value) : fmt::format("{}", value);
    case LogicalKind::kTime:
      return TimeText(value, meaning.unit).value_or(fmt::format("{}", value));
    case LogicalKind::kTimestamp:
      return TimestampText(value, meaning.unit, meaning.utc);
    case LogicalKind::kDecimal:
      return DecimalText(value, meaning.scale);
    default:
      return fmt::format("{}", value);
  }
}

// Nanoseconds of the day, then the Julian day.
std::optional<std::string> Int96Text(std::string_view bytes) {
  if (bytes.size() != 12) return std::nullopt;
  const auto nanos = *Plain<int64_t>(bytes.substr(0, 8));
  const auto day = *Plain<uint32_t>(bytes.substr(8));
  const auto clock = TimeText(nanos, TimeUnit::kNanos);
  if (!clock) return std::nullopt;
  return DateText(int64_t{day} - kJulianDayOf1970) + " " + *clock;
}

double HalfValue(uint16_t half) {
  const int exponent = half >> 10 & 0x1F;
  const int fraction = half & 0x3FF;
  const double sign = half >> 15 != 0 ? -1 : 1;
  if (exponent == 0x1F) {
    return fraction != 0 ? std::numeric_limits<double>::quiet_NaN()
                         : sign * std::numeric_limits<double>::infinity();
  }
  if (exponent == 0) return sign * std::ldexp(fraction, -24);
  return sign * std::ldexp(fraction + 1024, exponent - 25);
}

std::string UuidText(std::string_view bytes) {
  std::string text = ToHex(bytes);
  for (const size_t at : {20u, 16u, 12u, 8u}) text.insert(at, 1, '-');
  return text;
}

std::string BytesText(std::string_view bytes, const Meaning& meaning) {
  if (meaning.interval && bytes.size() == 12) {
    return fmt::format("{} months {} days {} ms", *Plain<uint32_t>(bytes.substr(0, 4)),
                       *Plain<uint32_t>(bytes.substr(4, 4)), *Plain<uint32_t>(bytes.substr(8)));
  }
  switch (meaning.kind) {
    case LogicalKind::kString:
      return "\"" + std::string(bytes) + "\"";
    case LogicalKind::kDecimal:
      return BigDecimalText(bytes, meaning.scale);
    case LogicalKind::kUuid:
      return bytes.size() == 16 ? UuidText(bytes) : Hex(bytes);
    case LogicalKind::kFloat16:
      if (const auto half = Plain<uint16_t>(bytes)) return fmt::format("{}", HalfValue(*half));
      return Hex(bytes);
    default:
      return Hex(bytes);
  }
}

std::optional<std::string> FixedText(std::string_view bytes, PhysicalType type,
                                     const Meaning& meaning) {
  switch (type) {
    case PhysicalType::kBoolean:
      if (bytes.size() != 1) return std::nullopt;
      return bytes[0] != 0 ? "true" : "false";
    case PhysicalType::kInt32:
      if (!meaning.is_signed) {
        if (const auto value = Plain<uint32_t>(bytes)) return fmt::format("{}", *value);
        return std::nullopt;
      }
      if (const auto value = Plain<int32_t>(bytes)) return IntegerText(*value, meaning);
      return std::nullopt;
    case PhysicalType::kInt64:
      if (!meaning.is_signed) {
        if (const auto value = Plain<uint64_t>(bytes)) return fmt::format("{}", *value);
        return std::nullopt;
      }
      if (const auto value = Plain<int64_t>(bytes)) return IntegerText(*value, meaning);
      return std::nullopt;
    case PhysicalType::kInt96:
      return Int96Text(bytes);
    case PhysicalType::kFloat:
      if (const auto value = Plain<float>(bytes)) return fmt::format("{}", *value);
      return std::nullopt;
    case PhysicalType::kDouble:
      if (const auto value = Plain<double>(bytes)) return fmt::format("{}", *value);
      return std::nullopt;
    default:
      return BytesText(bytes, meaning);
  }
}

}  // namespace

std::string ValueText(std::string_view bytes, const SchemaElement& element) {
  if (!element.type) return Hex(bytes);
  return FixedText(bytes, *element.type, OfElement(element)).value_or(Hex(bytes));
}

std::string ValueText(std::string_view bytes, PhysicalType type, const LogicalType& annotation) {
  return FixedText(bytes, type, OfLogical(annotation)).value_or(Hex(bytes));
}

}  // namespace pqpack
