// SPDX-License-Identifier: Apache-2.0
//
// One rule per type, each behind its switch in the target's table.  What has no
// nearest type that holds every value (DECIMAL above the target's precision,
// INTERVAL) is only ever warned about.
#include "execute/type_changes.h"

#include <fmt/format.h>

#include <memory>
#include <string>

#include "execute/convert_values.h"

namespace pqpack {
namespace {

using Annotation = std::shared_ptr<const parquet::LogicalType>;
using Unit = parquet::LogicalType::TimeUnit;

struct Change {
  std::string from, to;  // as they are shown
  Annotation annotation;
  PhysicalType type{};
  int32_t type_length = 0;
  Conversion conversion = Conversion::kNone;
};

Annotation Micros(bool utc, const Target& target) {
  return parquet::LogicalType::Timestamp(utc, Unit::MICROS, /*is_from_converted_type=*/false,
                                         target.force_converted_types);
}

std::optional<Change> OfTimestamp(const SchemaNode& leaf, const Target& target) {
  const auto& type = static_cast<const parquet::TimestampLogicalType&>(*leaf.annotation);
  if (!target.nanos_to_micros || type.time_unit() != Unit::NANOS) return std::nullopt;
  return Change{"TIMESTAMP(NANOS)",
                "TIMESTAMP(MICROS)",
                Micros(type.is_adjusted_to_utc(), target),
                PhysicalType::kInt64,
                0,
                Conversion::kNanosToMicros};
}

std::optional<Change> OfTime(const SchemaNode& leaf, const Target& target) {
  const auto& type = static_cast<const parquet::TimeLogicalType&>(*leaf.annotation);
  const bool nanos = type.time_unit() == Unit::NANOS;
  const bool local = !type.is_adjusted_to_utc();
  if (!(target.nanos_to_micros && nanos) && !(target.time_to_utc && local)) return std::nullopt;
  Change change{nanos ? "TIME(NANOS)" : "TIME that is not adjusted to UTC", "TIME(MICROS, UTC)",
                parquet::LogicalType::Time(true, Unit::MICROS), PhysicalType::kInt64};
  if (nanos) change.conversion = Conversion::kNanosToMicros;
  if (type.time_unit() == Unit::MILLIS) change.conversion = Conversion::kMillisToMicros;
  return change;
}

std::optional<Change> OfInteger(const SchemaNode& leaf, const Target& target) {
  const auto& type = static_cast<const parquet::IntLogicalType&>(*leaf.annotation);
  if (!target.unsigned_to_signed || type.is_signed()) return std::nullopt;
  const std::string from = fmt::format("UINT_{}", type.bit_width());
  switch (type.bit_width()) {
    case 8:
      return Change{from, "INT_16", parquet::LogicalType::Int(16, true), PhysicalType::kInt32};
    case 16:
      return Change{from, "INT_32", parquet::LogicalType::Int(32, true), PhysicalType::kInt32};
    case 32:
      return Change{from,
                    "INT_64",
                    parquet::LogicalType::Int(64, true),
                    PhysicalType::kInt64,
                    0,
                    Conversion::kUint32ToInt64};
    default:
      return Change{from,
                    "DECIMAL(20,0)",
                    parquet::LogicalType::Decimal(20, 0),
                    PhysicalType::kFixedLenByteArray,
                    kUint64DecimalLength,
                    Conversion::kUint64ToDecimal};
  }
}

std::optional<Change> ChangeOf(const SchemaNode& leaf, const Target& target) {
  if (*leaf.type == PhysicalType::kInt96 && target.int96_to_micros) {
    // INT96 says nothing of UTC; readers that know it as such take it for local time.
    return Change{
        "INT96", "TIMESTAMP(MICROS)",       Micros(/*utc=*/false, target), PhysicalType::kInt64,
        0,       Conversion::kInt96ToMicros};
  }
  if (leaf.annotation == nullptr) return std::nullopt;
  // One that does not go with the type (UINT_16 of INT64) is refused, and never changed: the new
  // type is that of values of the old one.
  const auto stored = static_cast<parquet::Type::type>(*leaf.type);
  if (!leaf.annotation->is_applicable(stored, leaf.type_length)) return std::nullopt;
  if (leaf.annotation->is_timestamp()) return OfTimestamp(leaf, target);
  if (leaf.annotation->is_time()) return OfTime(leaf, target);
  if (leaf.annotation->is_int()) return OfInteger(leaf, target);
  if (leaf.annotation->is_float16() && target.float16_to_float) {
    return Change{
        "FLOAT16", "FLOAT", nullptr, PhysicalType::kFloat, 0, Conversion::kFloat16ToFloat};
  }
  return std::nullopt;
}

void WarnOfTheRest(const SchemaNode& leaf, const Target& target, const std::string& path,
                   Findings* warnings) {
  if (leaf.annotation == nullptr) return;
  if (leaf.annotation->is_decimal() && target.max_decimal_precision > 0) {
    const auto& type = static_cast<const parquet::DecimalLogicalType&>(*leaf.annotation);
    if (type.precision() > target.max_decimal_precision) {
      warnings->Add(fmt::format("{} reads DECIMAL only up to {} digits", target.name,
                                target.max_decimal_precision),
                    path);
    }
  }
  if (leaf.annotation->is_interval() && target.warn_interval) {
    warnings->Add(fmt::format("{} reads INTERVAL as plain bytes", target.name), path);
  }
}

// A timestamp whose converted type older readers need beside the logical type.
void ForceConvertedType(SchemaNode* leaf, const std::string& path, Findings* repairs) {
  if (leaf->annotation == nullptr || !leaf->annotation->is_timestamp()) return;
  const auto& type = static_cast<const parquet::TimestampLogicalType&>(*leaf->annotation);
  if (type.time_unit() == Unit::NANOS || leaf->had_converted_type) return;
  repairs->Add("TIMESTAMP without a converted type -> with one", path);
  leaf->annotation = parquet::LogicalType::Timestamp(type.is_adjusted_to_utc(), type.time_unit(),
                                                     /*is_from_converted_type=*/false,
                                                     /*force_set_converted_type=*/true);
}

class TypeChanger {
 public:
  TypeChanger(const Target& target, bool convert, Diagnosis* diagnosis)
      : target_(target), convert_(convert), diagnosis_(diagnosis) {}

  bool Visit(SchemaNode* node, const std::string& path) {
    if (node->is_leaf()) return Leaf(node, path);
    bool changed = false;
    for (SchemaNode& child : node->children) {
      changed |= Visit(&child, path.empty() ? child.name : path + "." + child.name);
    }
    return changed;
  }

 private:
  bool Leaf(SchemaNode* leaf, const std::string& path) {
    WarnOfTheRest(*leaf, target_, path, &diagnosis_->warnings);
    const std::optional<Change> change = ChangeOf(*leaf, target_);
    if (change && convert_) {
      diagnosis_->repairs.Add(change->from + " -> " + change->to, path);
      leaf->annotation = change->annotation;
      leaf->type = change->type;
      leaf->type_length = change->type_length;
      leaf->conversion = change->conversion;
      return true;
    }
    if (change) {
      diagnosis_->warnings.Add(fmt::format("{} is read as something else by {} (--convert-types "
                                           "makes it {})",
                                           change->from, target_.name, change->to),
                               path);
    }
    if (target_.force_converted_types) ForceConvertedType(leaf, path, &diagnosis_->repairs);
    MarkBareBytes(leaf, path);
    return false;
  }

  void MarkBareBytes(SchemaNode* leaf, const std::string& path) {
    if (!target_.binary_to_string || leaf->annotation != nullptr ||
        *leaf->type != PhysicalType::kByteArray) {
      return;
    }
    if (convert_) {
      leaf->string_if_utf8 = true;
    } else {
      diagnosis_->warnings.Add(
          fmt::format("BYTE_ARRAY without a type may be read as text by {} (--convert-types makes "
                      "it STRING where every value is UTF-8)",
                      target_.name),
          path);
    }
  }

  const Target& target_;
  const bool convert_;
  Diagnosis* diagnosis_;
};

}  // namespace

bool ChangeTypes(SchemaNode* root, const Target& target, bool convert, Diagnosis* diagnosis) {
  return TypeChanger(target, convert, diagnosis).Visit(root, "");
}

}  // namespace pqpack
