// SPDX-License-Identifier: Apache-2.0
//
// What a column means on top of how it is stored: the union LogicalType with
// all its parameters, and its predecessor ConvertedType.  A logical type that
// is newer than this page is kept as bytes and says so by known().
//
// Source: parquet.thrift, LogicalType and ConvertedType; LogicalTypes.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "format/compact_reader.h"
#include "format/compact_writer.h"

namespace pqpack {

// Values on disk; others may come from a file.
enum class ConvertedType : int32_t {
  kUtf8 = 0,
  kMap = 1,
  kMapKeyValue = 2,
  kList = 3,
  kEnum = 4,
  kDecimal = 5,
  kDate = 6,
  kTimeMillis = 7,
  kTimeMicros = 8,
  kTimestampMillis = 9,
  kTimestampMicros = 10,
  kUint8 = 11,
  kUint16 = 12,
  kUint32 = 13,
  kUint64 = 14,
  kInt8 = 15,
  kInt16 = 16,
  kInt32 = 17,
  kInt64 = 18,
  kJson = 19,
  kBson = 20,
  kInterval = 21,
};

// Field ids of the union on disk.  kNone: the union is there, but empty.
enum class LogicalKind : int16_t {
  kNone = 0,
  kString = 1,
  kMap = 2,
  kList = 3,
  kEnum = 4,
  kDecimal = 5,
  kDate = 6,
  kTime = 7,
  kTimestamp = 8,
  kInteger = 10,
  kUnknown = 11,  // the specification's name of the type whose values are all null
  kJson = 12,
  kBson = 13,
  kUuid = 14,
  kFloat16 = 15,
  kVariant = 16,
  kGeometry = 17,
  kGeography = 18,
  kFile = 19,
};

// Field ids of the union TimeUnit; kNone: empty or unknown.
enum class TimeUnit : int16_t { kNone = 0, kMillis = 1, kMicros = 2, kNanos = 3 };

struct LogicalType {
  LogicalKind kind = LogicalKind::kNone;

  int32_t scale = 0;  // kDecimal
  int32_t precision = 0;
  bool adjusted_to_utc = false;  // kTime, kTimestamp
  TimeUnit unit = TimeUnit::kNone;
  int8_t bit_width = 0;  // kInteger
  bool is_signed = false;
  std::optional<int8_t> specification_version;  // kVariant
  std::optional<std::string> crs;               // kGeometry, kGeography
  std::optional<int32_t> algorithm;             // kGeography

  // Fields of the type's own structure that we have no name for; for a kind
  // that we do not know, and for kNone, the whole member of the union.
  UnknownFields unknown;
  UnknownFields unknown_of_unit;  // likewise for kTime and kTimestamp, see union_view.h

  bool known() const;
  bool operator==(const LogicalType&) const = default;
};

void ReadStruct(CompactReader& in, LogicalType* out);
void WriteStruct(CompactWriter& out, const LogicalType& value);

// "STRING", "TIMESTAMP(MICROS, UTC)", "DECIMAL(38,2)", "INTEGER(8, unsigned)", "UNKNOWN(25)".
std::string ToString(const LogicalType& type);
std::string ToString(ConvertedType type);

}  // namespace pqpack
