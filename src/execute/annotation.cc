// SPDX-License-Identifier: Apache-2.0
//
// A file that has only the converted type gets the logical type beside it, which
// says the same (LogicalTypes.md gives the pairs).  The exceptions are TIMESTAMP
// and INTERVAL: Parquet's library keeps a timestamp that came from a converted
// type as such, and INTERVAL has no logical type.
#include "execute/annotation.h"

#include <string>

#include "execute/parquet_call.h"

namespace pqpack {
namespace {

using Annotation = std::shared_ptr<const parquet::LogicalType>;

parquet::LogicalType::TimeUnit::unit UnitOf(TimeUnit unit) {
  switch (unit) {
    case TimeUnit::kMillis:
      return parquet::LogicalType::TimeUnit::MILLIS;
    case TimeUnit::kMicros:
      return parquet::LogicalType::TimeUnit::MICROS;
    case TimeUnit::kNanos:
      return parquet::LogicalType::TimeUnit::NANOS;
    default:
      return parquet::LogicalType::TimeUnit::UNKNOWN;
  }
}

Annotation Geography(const LogicalType& type) {
  using Algorithm = parquet::LogicalType::EdgeInterpolationAlgorithm;
  // parquet.thrift's EdgeInterpolationAlgorithm counts from 0, the library's from 1.
  const int32_t algorithm = type.algorithm.value_or(0);
  if (algorithm < 0 || algorithm > 4) return nullptr;
  return parquet::LogicalType::Geography(type.crs.value_or(""),
                                         static_cast<Algorithm>(algorithm + 1));
}

// Null: not one that can be written again.
Annotation FromLogical(const SchemaElement& element) {
  const LogicalType& type = *element.logical_type;
  using parquet::LogicalType;
  switch (type.kind) {
    case LogicalKind::kString:
      return LogicalType::String();
    case LogicalKind::kMap:
      return LogicalType::Map();
    case LogicalKind::kList:
      return LogicalType::List();
    case LogicalKind::kEnum:
      return LogicalType::Enum();
    case LogicalKind::kDecimal:
      return LogicalType::Decimal(type.precision, type.scale);
    case LogicalKind::kDate:
      return LogicalType::Date();
    case LogicalKind::kTime:
      return LogicalType::Time(type.adjusted_to_utc, UnitOf(type.unit));
    case LogicalKind::kTimestamp:
      // Old readers know a local timestamp by its converted type only; the library
      // leaves that out where it isn't told.
      return LogicalType::Timestamp(
          type.adjusted_to_utc, UnitOf(type.unit),
          /*is_from_converted_type=*/false,
          /*force_set_converted_type=*/element.converted_type.has_value());
    case LogicalKind::kInteger:
      return LogicalType::Int(type.bit_width, type.is_signed);
    case LogicalKind::kUnknown:
      return LogicalType::Null();
    case LogicalKind::kJson:
      return LogicalType::JSON();
    case LogicalKind::kBson:
      return LogicalType::BSON();
    case LogicalKind::kUuid:
      return LogicalType::UUID();
    case LogicalKind::kFloat16:
      return LogicalType::Float16();
    case LogicalKind::kVariant:
      return LogicalType::Variant(
          type.specification_version.value_or(LogicalType::kVariantSpecVersion));
    case LogicalKind::kGeometry:
      return LogicalType::Geometry(type.crs.value_or(""));
    case LogicalKind::kGeography:
      return Geography(type);
    default:
      return nullptr;
  }
}

Annotation FromConverted(const SchemaElement& element) {
  using parquet::LogicalType;
  using Unit = LogicalType::TimeUnit;
  switch (*element.converted_type) {
    case ConvertedType::kUtf8:
      return LogicalType::String();
    case ConvertedType::kMap:
    case ConvertedType::kMapKeyValue:
      return LogicalType::Map();
    case ConvertedType::kList:
      return LogicalType::List();
    case ConvertedType::kEnum:
      return LogicalType::Enum();
    case ConvertedType::kDecimal:
      return LogicalType::Decimal(element.precision.value_or(0), element.scale.value_or(0));
    case ConvertedType::kDate:
      return LogicalType::Date();
    case ConvertedType::kTimeMillis:
      return LogicalType::Time(true, Unit::MILLIS);
    case ConvertedType::kTimeMicros:
      return LogicalType::Time(true, Unit::MICROS);
    case ConvertedType::kTimestampMillis:
      return LogicalType::Timestamp(true, Unit::MILLIS, /*is_from_converted_type=*/true);
    case ConvertedType::kTimestampMicros:
      return LogicalType::Timestamp(true, Unit::MICROS, /*is_from_converted_type=*/true);
    case ConvertedType::kUint8:
      return LogicalType::Int(8, false);
    case ConvertedType::kUint16:
      return LogicalType::Int(16, false);
    case ConvertedType::kUint32:
      return LogicalType::Int(32, false);
    case ConvertedType::kUint64:
      return LogicalType::Int(64, false);
    case ConvertedType::kInt8:
      return LogicalType::Int(8, true);
    case ConvertedType::kInt16:
      return LogicalType::Int(16, true);
    case ConvertedType::kInt32:
      return LogicalType::Int(32, true);
    case ConvertedType::kInt64:
      return LogicalType::Int(64, true);
    case ConvertedType::kJson:
      return LogicalType::JSON();
    case ConvertedType::kBson:
      return LogicalType::BSON();
    case ConvertedType::kInterval:
      return LogicalType::Interval();
    default:
      return nullptr;
  }
}

}  // namespace

Result<Annotation> AnnotationOf(const SchemaElement& element) {
  const bool logical = element.logical_type && element.logical_type->kind != LogicalKind::kNone;
  if (!logical && element.logical_type && !element.logical_type->unknown.empty()) {
    return Error(ErrorCode::kUnsupported, "the logical type is not one, readers would differ");
  }
  if (!logical && !element.converted_type) return Annotation();
  const std::string name =
      logical ? ToString(*element.logical_type) : ToString(*element.converted_type);
  Annotation result;
  // The library throws at parameters that make no sense, such as a precision of 0.
  const Status status =
      WriteCall([&] { result = logical ? FromLogical(element) : FromConverted(element); });
  if (!status.ok()) return Error(ErrorCode::kUnsupported, name + ": " + status.message());
  if (result == nullptr || result->is_invalid()) {
    return Error(ErrorCode::kUnsupported,
                 "the logical type " + name + " is not known and would be lost");
  }
  return result;
}

}  // namespace pqpack
