// SPDX-License-Identifier: Apache-2.0
#include "format/logical_type.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace pqpack {
namespace {

// The union TimeUnit, whose place is in LogicalType.
struct UnitView {
  LogicalType* out;
};

void ReadStruct(CompactReader& in, UnitView* view) {
  LogicalType* out = view->out;
  StructReader member(in, "TimeUnit", &out->unknown);
  while (member.Next()) {
    if (out->unit != TimeUnit::kNone) in.Fail(ErrorCode::kCorrupt, "a union with two members");
    out->unit = static_cast<TimeUnit>(member.id());
    EmptyStruct empty{&out->unknown};
    member.Read(&empty);
  }
}

// TimeType and TimestampType.
void ReadTime(StructReader& field, LogicalType* out) {
  switch (field.id()) {
    case 1:
      return field.Read(&out->adjusted_to_utc);
    case 2: {
      UnitView view{out};
      return field.Read(&view);
    }
    default:
      field.Keep();
  }
}

void ReadDecimal(StructReader& field, LogicalType* out) {
  switch (field.id()) {
    case 1:
      return field.Read(&out->scale);
    case 2:
      return field.Read(&out->precision);
    default:
      field.Keep();
  }
}

void ReadInteger(StructReader& field, LogicalType* out) {
  switch (field.id()) {
    case 1:
      return field.Read(&out->bit_width);
    case 2:
      return field.Read(&out->is_signed);
    default:
      field.Keep();
  }
}

// GeometryType and GeographyType.
void ReadGeo(StructReader& field, LogicalType* out) {
  if (field.id() == 1) return field.Read(&out->crs);
  if (field.id() == 2 && out->kind == LogicalKind::kGeography) return field.Read(&out->algorithm);
  field.Keep();
}

void ReadVariant(StructReader& field, LogicalType* out) {
  if (field.id() == 1) return field.Read(&out->specification_version);
  field.Keep();
}

// The structure inside of the union, chosen by out->kind.
struct MemberView {
  LogicalType* out;
};

void ReadStruct(CompactReader& in, MemberView* view) {
  LogicalType* out = view->out;
  StructReader field(in, "LogicalType", &out->unknown);
  while (field.Next()) {
    switch (out->kind) {
      case LogicalKind::kDecimal:
        ReadDecimal(field, out);
        break;
      case LogicalKind::kTime:
      case LogicalKind::kTimestamp:
        ReadTime(field, out);
        break;
      case LogicalKind::kInteger:
        ReadInteger(field, out);
        break;
      case LogicalKind::kVariant:
        ReadVariant(field, out);
        break;
      case LogicalKind::kGeometry:
      case LogicalKind::kGeography:
        ReadGeo(field, out);
        break;
      default:
        field.Keep();
    }
  }
  switch (out->kind) {
    case LogicalKind::kDecimal:
    case LogicalKind::kTime:
    case LogicalKind::kTimestamp:
    case LogicalKind::kInteger:
      return field.Require({1, 2});
    default:
      return;
  }
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
  while (member.Next()) {
    if (out->kind != LogicalKind::kNone) in.Fail(ErrorCode::kCorrupt, "a union with two members");
    out->kind = static_cast<LogicalKind>(member.id());
    if (out->known()) {
      MemberView view{out};
      member.Read(&view);
    } else {
      member.Keep();
    }
  }
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
