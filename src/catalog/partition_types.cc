// SPDX-License-Identifier: Apache-2.0
#include "catalog/partition_types.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

#include "catalog/names.h"
#include "catalog/value.h"

namespace pqpack {
namespace {

constexpr std::string_view kSpaces = " \t\r\n";

std::string_view Trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kSpaces), text.size()));
  return text.substr(0, text.find_last_not_of(kSpaces) + 1);  // npos + 1 is 0
}

// What stands before the first comma that is in no parentheses.
std::string_view FirstPart(std::string_view text) {
  int depth = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '(') ++depth;
    if (text[i] == ')') --depth;
    if (text[i] == ',' && depth == 0) return text.substr(0, i);
  }
  return text;
}

Status Wrong(std::string_view what) {
  return Error(ErrorCode::kInvalid, fmt::format("the partition types: {}", what),
               "Give names and types: 'year int, month string'.");
}

Result<Column> ParseColumn(std::string_view text) {
  const std::string_view part = Trimmed(text);
  const size_t space = part.find_first_of(kSpaces);
  if (space == std::string_view::npos) {
    return Wrong(fmt::format("'{}' is no name with a type", part));
  }
  Column column{std::string(part.substr(0, space)), LowerCase(Trimmed(part.substr(space)))};
  if (!KindOfType(column.type)) {
    return Wrong(fmt::format("'{}' is no type of a partition key", column.type));
  }
  return column;
}

bool IsInteger(const std::string& text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

Result<std::vector<Column>> ParsePartitionTypes(std::string_view text) {
  std::vector<Column> columns;
  while (true) {
    const std::string_view part = FirstPart(text);
    PQ_ASSIGN(Column column, ParseColumn(part));
    for (const Column& other : columns) {
      if (SameName(other.name, column.name)) {
        return Wrong(fmt::format("'{}' is named twice", column.name));
      }
    }
    columns.push_back(std::move(column));
    if (part.size() == text.size()) return columns;
    text.remove_prefix(part.size() + 1);
  }
}

void InferredType::See(const std::optional<std::string>& value) {
  if (!value) return;
  seen_ = true;
  integers_ = integers_ && IsInteger(*value);
  dates_ = dates_ && ParseValue(ValueKind::kDate, *value).has_value();
}

std::string InferredType::Name() const {
  if (seen_ && integers_) return "bigint";
  return seen_ && dates_ ? "date" : "string";
}

}  // namespace pqpack
