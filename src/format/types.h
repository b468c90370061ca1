// SPDX-License-Identifier: Apache-2.0
//
// The enumerations of Parquet's footer and page headers (parquet.thrift).  Values
// are those on disk; a value from a file may be outside of what is named here,
// so switch statements need a default.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pqpack {

enum class PhysicalType : int32_t {
  kBoolean = 0,
  kInt32 = 1,
  kInt64 = 2,
  kInt96 = 3,
  kFloat = 4,
  kDouble = 5,
  kByteArray = 6,
  kFixedLenByteArray = 7,
};

enum class Repetition : int32_t { kRequired = 0, kOptional = 1, kRepeated = 2 };

enum class Encoding : int32_t {
  kPlain = 0,
  kPlainDictionary = 2,
  kRle = 3,
  kBitPacked = 4,
  kDeltaBinaryPacked = 5,
  kDeltaLengthByteArray = 6,
  kDeltaByteArray = 7,
  kRleDictionary = 8,
  kByteStreamSplit = 9,
};

enum class Codec : int32_t {
  kUncompressed = 0,
  kSnappy = 1,
  kGzip = 2,
  kLzo = 3,
  kBrotli = 4,
  kLz4 = 5,  // Hadoop's framing; deprecated by the format
  kZstd = 6,
  kLz4Raw = 7,
};

enum class PageType : int32_t { kData = 0, kIndex = 1, kDictionary = 2, kDataV2 = 3 };

// Values are indices into the dictionary page.
constexpr bool IsDictionary(Encoding encoding) {
  return encoding == Encoding::kPlainDictionary || encoding == Encoding::kRleDictionary;
}

// The specification's names: "RLE_DICTIONARY", "SNAPPY", ...; "UNKNOWN(17)" for
// a value that it does not name.
std::string ToString(PhysicalType value);
std::string ToString(Repetition value);
std::string ToString(Encoding value);
std::string ToString(Codec value);
std::string ToString(PageType value);

}  // namespace pqpack
