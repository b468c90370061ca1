// SPDX-License-Identifier: Apache-2.0
#include "format/types.h"

#include <fmt/format.h>

#include <array>

namespace pqpack {
namespace {

// `names` by value; an empty one is a number that the specification does not use.
template <typename Enum, size_t N>
std::string Name(Enum value, const std::array<std::string_view, N>& names) {
  const auto n = static_cast<int64_t>(value);
  if (n >= 0 && n < static_cast<int64_t>(N) && !names[static_cast<size_t>(n)].empty()) {
    return std::string(names[static_cast<size_t>(n)]);
  }
  return fmt::format("UNKNOWN({})", n);
}

}  // namespace

std::string ToString(PhysicalType value) {
  static constexpr std::array<std::string_view, 8> kNames = {
      "BOOLEAN", "INT32",  "INT64",      "INT96",
      "FLOAT",   "DOUBLE", "BYTE_ARRAY", "FIXED_LEN_BYTE_ARRAY"};
  return Name(value, kNames);
}

std::string ToString(Repetition value) {
  static constexpr std::array<std::string_view, 3> kNames = {"REQUIRED", "OPTIONAL", "REPEATED"};
  return Name(value, kNames);
}

std::string ToString(Encoding value) {
  static constexpr std::array<std::string_view, 10> kNames = {"PLAIN",
                                                              "",
                                                              "PLAIN_DICTIONARY",
                                                              "RLE",
                                                              "BIT_PACKED",
                                                              "DELTA_BINARY_PACKED",
                                                              "DELTA_LENGTH_BYTE_ARRAY",
                                                              "DELTA_BYTE_ARRAY",
                                                              "RLE_DICTIONARY",
                                                              "BYTE_STREAM_SPLIT"};
  return Name(value, kNames);
}

std::string ToString(Codec value) {
  static constexpr std::array<std::string_view, 8> kNames = {
      "UNCOMPRESSED", "SNAPPY", "GZIP", "LZO", "BROTLI", "LZ4", "ZSTD", "LZ4_RAW"};
  return Name(value, kNames);
}

std::string ToString(PageType value) {
  static constexpr std::array<std::string_view, 4> kNames = {"DATA_PAGE", "INDEX_PAGE",
                                                             "DICTIONARY_PAGE", "DATA_PAGE_V2"};
  return Name(value, kNames);
}

}  // namespace pqpack
