// SPDX-License-Identifier: Apache-2.0
#include "format/logical_type.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "format/struct_fields.h"
#include "format/union_view.h"

namespace pqpack {
namespace {

constexpr auto kUnit = [](auto& type) { return UnionView{type.unit, type.unknown_of_unit}; };

template <typename... Members>
constexpr auto MemberFields(Field<Members>... fields) {
  return StructFields<LogicalType>("LogicalType", fields...);
}
constexpr auto kDecimal =
    MemberFields(Field(1, &LogicalType::scale), Field(2, &LogicalType::precision));
constexpr auto kTimeOrTimestamp =
    MemberFields(Field(1, &LogicalType::adjusted_to_utc), Field(2, kUnit));
constexpr auto kInteger =
    MemberFields(Field(1, &LogicalType::bit_width), Field(2, &LogicalType::is_signed));
constexpr auto kVariant = MemberFields(Field(1, &LogicalType::specification_version));
constexpr auto kGeometry = MemberFields(Field(1, &LogicalType::crs));
constexpr auto kGeography =
    MemberFields(Field(1, &LogicalType::crs), Field(2, &LogicalType::algorithm));
constexpr auto kWithoutParameters = MemberFields();

// Calls `use` with the fields of the union's member.
template <typename Use>
void WithFieldsOf(LogicalKind kind, Use use) {
  switch (kind) {
    case LogicalKind::kDecimal:
      return use(kDecimal);
    case LogicalKind::kTime:
    case LogicalKind::kTimestamp:
      return use(kTimeOrTimestamp);
    case LogicalKind::kInteger:
      return use(kInteger);
    case LogicalKind::kVariant:
      return use(kVariant);
    case LogicalKind::kGeometry:
      return use(kGeometry);
    case LogicalKind::kGeography:
      return use(kGeography);
    default:
      return use(kWithoutParameters);
  }
}

// The structure inside of the union, chosen by its kind.
template <typename Type>
struct MemberView {
  Type* type;
};
void ReadStruct(CompactReader& in, MemberView<LogicalType>* view) {
  WithFieldsOf(view->type->kind, [&](const auto& fields) { fields.Read(in, view->type); });
}
void WriteStruct(CompactWriter& out, const MemberView<const LogicalType>& view) {
  WithFieldsOf(view.type->kind, [&](const auto& fields) { fields.Write(out, *view.type); });
}

constexpr std::array<std::string_view, 20> kKinds = {
    "NONE", "STRING",    "MAP",     "LIST",     "ENUM",      "DECIMAL", "DATE",
    "TIME", "TIMESTAMP", "",        "INTEGER",  "UNKNOWN",   "JSON",    "BSON",
    "UUID", "FLOAT16",   "VARIANT", "GEOMETRY", "GEOGRAPHY", "FILE"};

std::string_view NameOf(TimeUnit unit) {
  switch (unit) {
    case TimeUnit::kMillis:
      return "MILLIS";
    case TimeUnit::kMicros:
      return "MICROS";
    case TimeUnit::kNanos:
      return "NANOS";
    default:
      return "no unit";
  }
}

}  // namespace

bool LogicalType::known() const {
  const auto n = static_cast<int64_t>(kind);
  return n > 0 && n < static_cast<int64_t>(kKinds.size()) &&
         !kKinds[static_cast<size_t>(n)].empty();
}

void ReadStruct(CompactReader& in, LogicalType* out) {
  StructReader member(in, "LogicalType", &out->unknown);
  for (bool first = true; member.Next(); first = false) {
    if (!first) in.Fail(ErrorCode::kCorrupt, "a union with two members");
    MemberView<LogicalType> view{out};
    if (!member.Is<decltype(view)>()) {
      member.Keep();
      continue;
    }
    out->kind = static_cast<LogicalKind>(member.id());
    if (out->known()) {
      member.Read(&view);
    } else {
      member.Keep();
    }
  }
}

void WriteStruct(CompactWriter& out, const LogicalType& value) {
  const UnknownFields none;
  StructWriter member(out, value.known() ? none : value.unknown);
  if (value.known()) {
    member.Write(static_cast<int16_t>(value.kind), MemberView<const LogicalType>{&value});
  }
  member.End();
}

std::string ToString(const LogicalType& type) {
  if (!type.known()) return fmt::format("UNKNOWN({})", static_cast<int>(type.kind));
  const std::string_view name = kKinds[static_cast<size_t>(type.kind)];
  switch (type.kind) {
    case LogicalKind::kDecimal:
      return fmt::format("{}({},{})", name, type.precision, type.scale);
    case LogicalKind::kTime:
    case LogicalKind::kTimestamp:
      return fmt::format("{}({}, {})", name, NameOf(type.unit),
                         type.adjusted_to_utc ? "UTC" : "local");
    case LogicalKind::kInteger:
      return fmt::format("{}({}, {})", name, type.bit_width,
                         type.is_signed ? "signed" : "unsigned");
    default:
      return std::string(name);
  }
}

std::string ToString(ConvertedType type) {
  static constexpr std::array<std::string_view, 22> kNames = {"UTF8",
                                                              "MAP",
                                                              "MAP_KEY_VALUE",
                                                              "LIST",
                                                              "ENUM",
                                                              "DECIMAL",
                                                              "DATE",
                                                              "TIME_MILLIS",
                                                              "TIME_MICROS",
                                                              "TIMESTAMP_MILLIS",
                                                              "TIMESTAMP_MICROS",
                                                              "UINT_8",
                                                              "UINT_16",
                                                              "UINT_32",
                                                              "UINT_64",
                                                              "INT_8",
                                                              "INT_16",
                                                              "INT_32",
                                                              "INT_64",
                                                              "JSON",
                                                              "BSON",
                                                              "INTERVAL"};
  const auto n = static_cast<int64_t>(type);
  if (n < 0 || n >= static_cast<int64_t>(kNames.size())) return fmt::format("UNKNOWN({})", n);
  return std::string(kNames[static_cast<size_t>(n)]);
}

}  // namespace pqpack
