// SPDX-License-Identifier: Apache-2.0
//
// The table.  Each entry's evidence is in docs/targets.md.
#include "target/target.h"

#include <string>

namespace pqpack {
namespace {

constexpr EnumSet<Encoding> kEveryEncoding{
    Encoding::kPlain,          Encoding::kRle,
    Encoding::kBitPacked,      Encoding::kDeltaBinaryPacked,
    Encoding::kDeltaByteArray, Encoding::kDeltaLengthByteArray,
    Encoding::kRleDictionary,  Encoding::kByteStreamSplit};

constexpr Target kTargets[] = {
    {
        .name = "snowflake",
        .summary = "loads with Snowflake's default scanner (COPY INTO) and external tables",
        .pages = EnumSet<PageType>(PageType::kData, PageType::kDictionary),
        .encodings = EnumSet<Encoding>(Encoding::kPlain, Encoding::kRle, Encoding::kRleDictionary),
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
        .hint = "COPY INTO ... FILE_FORMAT = (TYPE = PARQUET USE_VECTORIZED_SCANNER = TRUE "
                "USE_LOGICAL_TYPE = TRUE BINARY_AS_TEXT = FALSE)",
    },
    {
        .name = "generic",
        .summary = "keeps what is there and repairs what is wrong by the format's own rules",
        .pages = EnumSet<PageType>(PageType::kData, PageType::kDictionary, PageType::kDataV2,
                                   PageType::kIndex),
        .encodings = kEveryEncoding,
        .codecs = EnumSet<Codec>(Codec::kUncompressed, Codec::kSnappy, Codec::kGzip, Codec::kBrotli,
                                 Codec::kZstd, Codec::kLz4Raw),
        .replacement_codec = Codec::kLz4Raw,
        .page_index = true,
        .size_statistics = true,
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
