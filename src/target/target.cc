// SPDX-License-Identifier: Apache-2.0
//
// The table.  Each entry's evidence is in docs/targets.md.
#include "target/target.h"

#include <string>

#include "base/bytes.h"

namespace pqpack {
namespace {

constexpr EnumSet<Encoding> kEveryEncoding{
    Encoding::kPlain,          Encoding::kRle,
    Encoding::kBitPacked,      Encoding::kDeltaBinaryPacked,
    Encoding::kDeltaByteArray, Encoding::kDeltaLengthByteArray,
    Encoding::kRleDictionary,  Encoding::kByteStreamSplit};
constexpr EnumSet<Encoding> kOldEncodings{Encoding::kPlain, Encoding::kRle,
                                          Encoding::kRleDictionary};
// Trino decodes them (trinodb/trino#15850, #15923); of BYTE_STREAM_SPLIT nothing is known.
constexpr EnumSet<Encoding> kTrinoEncodings{
    Encoding::kPlain,          Encoding::kRle,
    Encoding::kRleDictionary,  Encoding::kDeltaBinaryPacked,
    Encoding::kDeltaByteArray, Encoding::kDeltaLengthByteArray};

constexpr EnumSet<PageType> kVersionOne{PageType::kData, PageType::kDictionary};
constexpr EnumSet<PageType> kEveryPage{PageType::kData, PageType::kDictionary, PageType::kDataV2,
                                       PageType::kIndex};

// What parquet-java reads without native libraries that a cluster may lack.
constexpr EnumSet<Codec> kJavaCodecs{Codec::kUncompressed, Codec::kSnappy, Codec::kGzip,
                                     Codec::kZstd};

// Athena (engine version 3) is made of Trino.
constexpr Target TrinoAs(std::string_view name, std::string_view summary) {
  return {
      .name = name,
      .summary = summary,
      .pages = kEveryPage,
      .encodings = kTrinoEncodings,
      .codecs = kJavaCodecs,
      .replacement_codec = Codec::kSnappy,
      .three_level_lists = true,
      .force_converted_types = true,
      .page_index = true,
      .nanos_to_micros = true,
      .unsigned_to_signed = true,
      .float16_to_float = true,
      .max_decimal_precision = 38,
      .warn_interval = true,
      .case_insensitive = true,
      .smallest_file = 128 * kMiB,
      .largest_file = 256 * kMiB,
      .splits_by_offset = true,
      .reads_page_index = true,
  };
}

constexpr Target kTargets[] = {
    {
        .name = "snowflake",
        .summary = "loads with Snowflake's default scanner (COPY INTO) and external tables",
        .pages = kVersionOne,
        .encodings = kOldEncodings,
        .codecs = EnumSet<Codec>(Codec::kUncompressed, Codec::kSnappy, Codec::kGzip, Codec::kBrotli,
                                 Codec::kZstd),
        .replacement_codec = Codec::kSnappy,
        .three_level_lists = true,
        .force_converted_types = true,
        .nanos_to_micros = true,
        .int96_to_micros = true,
        .unsigned_to_signed = true,
        .float16_to_float = true,
        .time_to_utc = true,
        .binary_to_string = true,
        .max_decimal_precision = 38,
        .warn_interval = true,
        .case_insensitive = true,
        .wants_rows = true,
        .smallest_file = 100'000'000,
        .largest_file = 1'000'000'000,
        .hint = "COPY INTO ... FILE_FORMAT = (TYPE = PARQUET USE_VECTORIZED_SCANNER = TRUE "
                "USE_LOGICAL_TYPE = TRUE BINARY_AS_TEXT = FALSE) "
                "MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE",
    },
    {
        .name = "generic",
        .summary = "keeps what is there and repairs what is wrong by the format's own rules",
        .pages = kEveryPage,
        .encodings = kEveryEncoding,
        .codecs = EnumSet<Codec>(Codec::kUncompressed, Codec::kSnappy, Codec::kGzip, Codec::kBrotli,
                                 Codec::kZstd, Codec::kLz4Raw),
        .replacement_codec = Codec::kLz4Raw,
        .page_index = true,
        .size_statistics = true,
    },
    TrinoAs("athena", "is queried by Amazon Athena, engine version 3"),
    TrinoAs("trino", "is queried by Trino"),
    {
        .name = "spark",
        .summary = "is read by Apache Spark 3 and newer",
        .pages = kVersionOne,
        .encodings = kOldEncodings,
        .codecs = kJavaCodecs,
        .replacement_codec = Codec::kSnappy,
        .three_level_lists = true,
        .force_converted_types = true,
        .page_index = true,
        .nanos_to_micros = true,
        .unsigned_to_signed = true,
        .float16_to_float = true,
        .max_decimal_precision = 38,
        .warn_interval = true,
        .warn_utc_time = true,
        .case_insensitive = true,
        .refuses_nanos = true,
        .refuses_float16 = true,
        .splits_by_offset = true,
        .reads_page_index = true,
    },
    {
        .name = "redshift",
        .summary = "loads with Amazon Redshift's COPY, which goes by the order of columns",
        .pages = kVersionOne,
        .encodings = kOldEncodings,
        .codecs = kJavaCodecs,
        .replacement_codec = Codec::kSnappy,
        .three_level_lists = true,
        .force_converted_types = true,
        .nanos_to_micros = true,
        .unsigned_to_signed = true,
        .float16_to_float = true,
        .max_decimal_precision = 38,
        .warn_interval = true,
        .case_insensitive = true,
        .hint = "COPY ... FORMAT AS PARQUET: columns go by their order, names do not count",
    },
};

}  // namespace

std::span<const Target> Targets() { return kTargets; }

Result<const Target*> FindTarget(std::string_view name) {
  std::string names;
  for (const Target& target : kTargets) {
    if (target.name == name) return &target;
    names += (names.empty() ? "" : ", ") + std::string(target.name);
  }
  return Error(ErrorCode::kInvalid, "no target is called '" + std::string(name) + "'",
               "Use one of: " + names + ".");
}

}  // namespace pqpack
