// SPDX-License-Identifier: Apache-2.0
//
// Types that the target takes for others.  They are the file's meaning, not its damage: what
// is found here is a warning as long as the target reads it, and repack changes it only
// with --convert-types (execute/type_changes.cc makes the changes, by the same table).
#include <fmt/format.h>

#include "diagnose/checks/groups.h"

namespace pqpack {
namespace {

bool Is(const SchemaElement& leaf, LogicalKind kind) {
  return leaf.logical_type && leaf.logical_type->kind == kind;
}

bool Is(const SchemaElement& leaf, ConvertedType type) {
  const bool newer = leaf.logical_type && leaf.logical_type->kind != LogicalKind::kNone;
  return !newer && leaf.converted_type == type;
}

void Nanos(const FileView& view, const Target&, Finder* found) {
  ForEachLeaf(view, [&](Place place, const SchemaElement& leaf) {
    const bool time = Is(leaf, LogicalKind::kTime) || Is(leaf, LogicalKind::kTimestamp);
    if (time && leaf.logical_type->unit == TimeUnit::kNanos) {
      found->Add(place, ToString(*leaf.logical_type));
    }
  });
}

void LocalTime(const FileView& view, const Target&, Finder* found) {
  ForEachLeaf(view, [&](Place place, const SchemaElement& leaf) {
    if (Is(leaf, LogicalKind::kTime) && !leaf.logical_type->adjusted_to_utc) {
      found->Add(place, ToString(*leaf.logical_type));
    }
  });
}

void UtcTime(const FileView& view, const Target&, Finder* found) {
  ForEachLeaf(view, [&](Place place, const SchemaElement& leaf) {
    if (Is(leaf, LogicalKind::kTime) && leaf.logical_type->adjusted_to_utc) {
      found->Add(place, ToString(*leaf.logical_type));
    } else if (Is(leaf, ConvertedType::kTimeMillis) || Is(leaf, ConvertedType::kTimeMicros)) {
      found->Add(place, ToString(*leaf.converted_type));
    }
  });
}

void Int96(const FileView& view, const Target&, Finder* found) {
  ForEachLeaf(view, [&](Place place, const SchemaElement& leaf) {
    if (leaf.type == PhysicalType::kInt96) found->Add(place, "INT96");
  });
}

void Unsigned(const FileView& view, const Target&, Finder* found) {
  ForEachLeaf(view, [&](Place place, const SchemaElement& leaf) {
    if (Is(leaf, LogicalKind::kInteger) && !leaf.logical_type->is_signed) {
      found->Add(place, ToString(*leaf.logical_type));
    } else if (Is(leaf, ConvertedType::kUint8) || Is(leaf, ConvertedType::kUint16) ||
               Is(leaf, ConvertedType::kUint32) || Is(leaf, ConvertedType::kUint64)) {
      found->Add(place, ToString(*leaf.converted_type));
    }
  });
}

void Float16(const FileView& view, const Target&, Finder* found) {
  ForEachLeaf(view, [&](Place place, const SchemaElement& leaf) {
    if (Is(leaf, LogicalKind::kFloat16)) found->Add(place, "FLOAT16");
  });
}

void Interval(const FileView& view, const Target&, Finder* found) {
  ForEachLeaf(view, [&](Place place, const SchemaElement& leaf) {
    if (Is(leaf, ConvertedType::kInterval)) found->Add(place, "INTERVAL");
  });
}

void Decimals(const FileView& view, const Target& target, Finder* found) {
  ForEachLeaf(view, [&](Place place, const SchemaElement& leaf) {
    int32_t precision = 0;
    if (Is(leaf, LogicalKind::kDecimal)) precision = leaf.logical_type->precision;
    if (Is(leaf, ConvertedType::kDecimal)) precision = leaf.precision.value_or(0);
    if (precision > target.max_decimal_precision) {
      found->Add(place, fmt::format("{} digits", precision));
    }
  });
}

// Bounds alone show whether it may be text; without a byte of evidence it is said, too,
// since the reader fails at the first value that is none.
void BareBinary(const FileView& view, const Target&, Finder* found) {
  ForEachLeaf(view, [&](Place place, const SchemaElement& leaf) {
    const bool typed =
        leaf.converted_type || (leaf.logical_type && leaf.logical_type->kind != LogicalKind::kNone);
    if (leaf.type == PhysicalType::kByteArray && !typed) found->Add(place, "BYTE_ARRAY");
  });
}

template <bool Target::* field>
Severity WarnIf(const Target& target) {
  return target.*field ? Severity::kWarn : Severity::kNone;
}

constexpr std::string_view kSnowflakeTypes =
    "https://docs.snowflake.com/en/sql-reference/sql/create-file-format";

constexpr Check kChecks[] = {
    {
        .id = "nanoseconds",
        .title = "times in nanoseconds",
        .looks_at = LooksAt::kFooter,
        .repair = RepairLevel::kReencode,
        .mend = "--convert-types makes them microseconds",
        .changed_by_convert_types = true,
        .evidence = "https://docs.snowflake.com/en/sql-reference/sql/create-file-format "
                    "apache/spark#38312",
        .severity =
            [](const Target& target) {
              if (target.refuses_nanos) return Severity::kError;
              return target.nanos_to_micros ? Severity::kWarn : Severity::kNone;
            },
        .run = Nanos,
    },
    {
        .id = "time-not-utc",
        .title = "TIME that is not adjusted to UTC: it loads as a number",
        .looks_at = LooksAt::kFooter,
        .repair = RepairLevel::kReencode,
        .mend = "--convert-types makes it TIME(MICROS, UTC)",
        .changed_by_convert_types = true,
        .evidence = "apache/arrow#47316 https://docs.snowflake.com/en/sql-reference/sql/"
                    "create-file-format",
        .severity = WarnIf<&Target::time_to_utc>,
        .run = LocalTime,
    },
    {
        .id = "time-utc",
        .title = "TIME that is adjusted to UTC, which the reader does not know",
        .looks_at = LooksAt::kFooter,
        .repair = RepairLevel::kNone,
        .evidence = "https://spark.apache.org/docs/latest/sql-data-sources-parquet.html",
        .severity = WarnIf<&Target::warn_utc_time>,
        .run = UtcTime,
    },
    {
        .id = "int96",
        .title = "timestamps in INT96, taken for a time without zone",
        .looks_at = LooksAt::kFooter,
        .repair = RepairLevel::kReencode,
        .mend = "--convert-types makes them TIMESTAMP(MICROS)",
        .changed_by_convert_types = true,
        .evidence = kSnowflakeTypes,
        .severity = WarnIf<&Target::int96_to_micros>,
        .run = Int96,
    },
    {
        .id = "unsigned-integers",
        .title = "unsigned integers, which the reader does not have",
        .looks_at = LooksAt::kFooter,
        .repair = RepairLevel::kReencode,
        .mend = "--convert-types makes them wider signed ones, UINT_64 DECIMAL(20,0)",
        .changed_by_convert_types = true,
        .evidence = "https://docs.snowflake.com/en/user-guide/tables-iceberg-data-types "
                    "https://docs.aws.amazon.com/athena/latest/ug/data-types.html",
        .severity = WarnIf<&Target::unsigned_to_signed>,
        .run = Unsigned,
    },
    {
        .id = "float16",
        .title = "FLOAT16, which the reader does not have",
        .looks_at = LooksAt::kFooter,
        .repair = RepairLevel::kReencode,
        .mend = "--convert-types makes it FLOAT",
        .changed_by_convert_types = true,
        .evidence = "https://docs.snowflake.com/en/user-guide/tables-iceberg-data-types",
        .severity =
            [](const Target& target) {
              if (target.refuses_float16) return Severity::kError;
              return target.float16_to_float ? Severity::kWarn : Severity::kNone;
            },
        .run = Float16,
    },
    {
        .id = "interval",
        .title = "INTERVAL, which the reader does not have",
        .looks_at = LooksAt::kFooter,
        .repair = RepairLevel::kNone,
        .evidence = kSnowflakeTypes,
        .severity = WarnIf<&Target::warn_interval>,
        .run = Interval,
    },
    {
        .id = "decimal-precision",
        .title = "decimals of more digits than the reader has",
        .looks_at = LooksAt::kFooter,
        .repair = RepairLevel::kNone,
        .evidence = "https://docs.snowflake.com/en/sql-reference/data-types-numeric "
                    "https://docs.aws.amazon.com/athena/latest/ug/data-types.html",
        .severity =
            [](const Target& target) {
              return target.max_decimal_precision > 0 ? Severity::kWarn : Severity::kNone;
            },
        .run = Decimals,
    },
    {
        .id = "bare-binary",
        .title = "BYTE_ARRAY without a type: taken for text, refused where it is none",
        .looks_at = LooksAt::kFooter,
        .repair = RepairLevel::kFooter,
        .mend = "--convert-types makes it STRING where every value is UTF-8; or load with "
                "BINARY_AS_TEXT = FALSE",
        .changed_by_convert_types = true,
        .evidence = kSnowflakeTypes,
        .severity = WarnIf<&Target::binary_to_string>,
        .run = BareBinary,
    },
};

}  // namespace

std::span<const Check> TypeChecks() { return kChecks; }

}  // namespace pqpack
