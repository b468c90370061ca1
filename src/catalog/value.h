// SPDX-License-Identifier: Apache-2.0
//
// Values of partition keys, read by the key's type from the text that folders and
// catalogs have.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/status.h"
#include "catalog/exact_number.h"

namespace pqpack {

// How the values of a type are compared.
enum class ValueKind { kText, kNumber, kFloat, kDouble, kDate, kTimestamp, kBoolean };

// Of a type as Hive and Glue write it, in any case: string, char(n), varchar(n); tinyint,
// smallint, int, integer, bigint, long; decimal(p,s); float, real; double; date;
// timestamp; boolean.  nullopt: values of this type can't be compared.
std::optional<ValueKind> KindOfType(std::string_view type);

struct Date {
  int64_t day = 0;  // since 1970-01-01
  auto operator<=>(const Date&) const = default;
};

struct Timestamp {
  int64_t second = 0;  // since 1970-01-01 00:00:00, without a time zone
  int32_t nanosecond = 0;
  auto operator<=>(const Timestamp&) const = default;
};

using Value = std::variant<std::string, ExactNumber, double, Date, Timestamp, bool>;

// nullopt where the text is none of that kind.  Dates are year-month-day with a year of
// four digits; a timestamp is a date, and a time of day with up to nine digits of a
// second behind ' ' or 'T'.  A float is rounded to one.
std::optional<Value> ParseValue(ValueKind kind, std::string_view text);

// Of values of the same kind.  NaN equals itself and is above all other numbers.
std::strong_ordering Compare(const Value& a, const Value& b);

}  // namespace pqpack
