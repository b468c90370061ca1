// SPDX-License-Identifier: Apache-2.0
#include "catalog/value.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <utility>

#include "catalog/names.h"

namespace pqpack {
namespace {

struct TypeName {
  std::string_view name;
  ValueKind kind;
};

constexpr TypeName kTypes[] = {
    {"string", ValueKind::kText},         {"varchar", ValueKind::kText},
    {"char", ValueKind::kText},           {"tinyint", ValueKind::kNumber},
    {"smallint", ValueKind::kNumber},     {"int", ValueKind::kNumber},
    {"integer", ValueKind::kNumber},      {"bigint", ValueKind::kNumber},
    {"long", ValueKind::kNumber},         {"decimal", ValueKind::kNumber},
    {"float", ValueKind::kFloat},         {"real", ValueKind::kFloat},
    {"double", ValueKind::kDouble},       {"date", ValueKind::kDate},
    {"timestamp", ValueKind::kTimestamp}, {"boolean", ValueKind::kBoolean},
};

// A cursor over the digits of a date or time.
class Digits {
 public:
  explicit Digits(std::string_view text) : left_(text) {}

  bool done() const { return left_.empty(); }

  bool Take(char c) {
    if (!left_.starts_with(c)) return false;
    left_.remove_prefix(1);
    return true;
  }

  // A number of `least` to `most` digits.
  std::optional<int> Number(size_t least, size_t most) {
    const size_t count = std::min({left_.find_first_not_of("0123456789"), left_.size(), most});
    if (count < least) return std::nullopt;
    const std::string_view digits = left_.substr(0, count);
    left_.remove_prefix(count);
    int number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
  }

  // The digits behind a '.', as billionths.
  std::optional<int> Billionths() {
    const size_t before = left_.size();
    auto number = Number(1, 9);
    for (size_t count = before - left_.size(); number && count < 9; ++count) *number *= 10;
    return number;
  }

 private:
  std::string_view left_;
};

std::optional<Date> TakeDate(Digits& text) {
  const auto year = text.Number(4, 4);
  if (!year || !text.Take('-')) return std::nullopt;
  const auto month = text.Number(1, 2);
  if (!month || !text.Take('-')) return std::nullopt;
  const auto day = text.Number(1, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return Date{std::chrono::sys_days(date).time_since_epoch().count()};
}

std::optional<Value> ParseDate(std::string_view text) {
  Digits digits(text);
  const auto date = TakeDate(digits);
  if (!date || !digits.done()) return std::nullopt;
  return *date;
}

// hours:minutes[:seconds[.digits]]
std::optional<Timestamp> TakeTime(Digits& text) {
  const auto hour = text.Number(1, 2);
  if (!hour || *hour > 23 || !text.Take(':')) return std::nullopt;
  const auto minute = text.Number(1, 2);
  if (!minute || *minute > 59) return std::nullopt;
  Timestamp time{int64_t{*hour} * 3600 + int64_t{*minute} * 60, 0};
  if (!text.Take(':')) return time;
  const auto second = text.Number(1, 2);
  if (!second || *second > 59) return std::nullopt;
  time.second += *second;
  if (!text.Take('.')) return time;
  const auto part = text.Billionths();
  if (!part) return std::nullopt;
  time.nanosecond = *part;
  return time;
}

std::optional<Value> ParseTimestamp(std::string_view text) {
  constexpr int64_t kSecondsOfDay = 86400;
  Digits digits(text);
  const auto date = TakeDate(digits);
  if (!date) return std::nullopt;
  Timestamp midnight{date->day * kSecondsOfDay, 0};
  if (digits.done()) return midnight;
  if (!digits.Take(' ') && !digits.Take('T')) return std::nullopt;
  auto time = TakeTime(digits);
  if (!time || !digits.done()) return std::nullopt;
  time->second += midnight.second;
  return *time;
}

std::optional<Value> ParseDouble(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<Value> ParseFloat(std::string_view text) {
  auto value = ParseDouble(text);
  if (!value) return std::nullopt;
  return static_cast<double>(static_cast<float>(std::get<double>(*value)));
}

std::optional<Value> ParseBoolean(std::string_view text) {
  const std::string lower = LowerCase(text);
  if (lower == "true") return true;
  if (lower == "false") return false;
  return std::nullopt;
}

std::optional<Value> ParseNumber(std::string_view text) {
  if (auto number = ExactNumber::Parse(text)) return *std::move(number);
  return std::nullopt;
}

std::strong_ordering CompareDoubles(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) <=> std::isnan(b);
  if (a < b) return std::strong_ordering::less;
  return a > b ? std::strong_ordering::greater : std::strong_ordering::equal;
}

}  // namespace

std::optional<ValueKind> KindOfType(std::string_view type) {
  const std::string lower = LowerCase(type.substr(0, type.find('(')));
  const auto* found = std::ranges::find(kTypes, lower, &TypeName::name);
  if (found == std::end(kTypes)) return std::nullopt;
  return found->kind;
}

std::optional<Value> ParseValue(ValueKind kind, std::string_view text) {
  switch (kind) {
    case ValueKind::kText:
      return std::string(text);
    case ValueKind::kNumber:
      return ParseNumber(text);
    case ValueKind::kFloat:
      return ParseFloat(text);
    case ValueKind::kDouble:
      return ParseDouble(text);
    case ValueKind::kDate:
      return ParseDate(text);
    case ValueKind::kTimestamp:
      return ParseTimestamp(text);
    case ValueKind::kBoolean:
      return ParseBoolean(text);
  }
  return std::nullopt;
}

std::strong_ordering Compare(const Value& a, const Value& b) {
  return std::visit(
      [&](const auto& left) -> std::strong_ordering {
        using T = std::decay_t<decltype(left)>;
        if constexpr (std::is_same_v<T, double>) {
          return CompareDoubles(left, std::get<T>(b));
        } else {
          return left <=> std::get<T>(b);
        }
      },
      a);
}

}  // namespace pqpack
