// SPDX-License-Identifier: Apache-2.0
#include "inspect/count_nulls.h"

#include <algorithm>
#include <bit>

namespace pqpack {
namespace {

int BitWidth(int16_t max_level) { return std::bit_width(static_cast<uint16_t>(max_level)); }

// How many of the `count` values of `width` bits, packed from the lowest bit on, are `wanted`.
int64_t CountPacked(Bytes bytes, int64_t count, int width, uint32_t wanted) {
  const uint32_t mask = (1u << width) - 1;
  uint64_t window = 0;
  int bits = 0;
  size_t at = 0;
  int64_t found = 0;
  for (int64_t i = 0; i < count; ++i) {
    for (; bits < width; bits += 8) window |= uint64_t{bytes[at++]} << bits;
    found += (window & mask) == wanted;
    window >>= width;
    bits -= width;
  }
  return found;
}

// As above, packed from the highest bit on: the deprecated encoding BIT_PACKED.
int64_t CountPackedFromTheTop(Bytes bytes, int64_t count, int width, uint32_t wanted) {
  int64_t found = 0;
  for (int64_t i = 0; i < count; ++i) {
    uint32_t value = 0;
    for (int64_t bit = i * width; bit < (i + 1) * width; ++bit) {
      value = value << 1 | (bytes[static_cast<size_t>(bit / 8)] >> (7 - bit % 8) & 1u);
    }
    found += value == wanted;
  }
  return found;
}

// The hybrid of runs and packed groups of eight.
std::optional<int64_t> CountHybrid(Bytes bytes, int64_t count, int width, uint32_t wanted) {
  const auto value_bytes = static_cast<size_t>((width + 7) / 8);
  int64_t found = 0;
  while (count > 0) {
    uint64_t header = 0;
    for (int shift = 0;; shift += 7) {
      if (bytes.empty() || shift > 28) return std::nullopt;
      const uint8_t byte = bytes[0];
      bytes = bytes.subspan(1);
      header |= uint64_t{byte & 0x7Fu} << shift;
      if (byte < 0x80) break;
    }
    const auto length = static_cast<int64_t>(header >> 1);
    if (length == 0) return std::nullopt;
    if ((header & 1) == 0) {
      if (bytes.size() < value_bytes) return std::nullopt;
      uint32_t value = 0;
      for (size_t i = 0; i < value_bytes; ++i) value |= uint32_t{bytes[i]} << (8 * i);
      bytes = bytes.subspan(value_bytes);
      if (value == wanted) found += std::min(length, count);
      count -= std::min(length, count);
      continue;
    }
    // The last group may be cut where the values end.
    const int64_t values = std::min(8 * length, count);
    if (static_cast<int64_t>(bytes.size()) < (values * width + 7) / 8) return std::nullopt;
    found += CountPacked(bytes, values, width, wanted);
    bytes = bytes.subspan(
        static_cast<size_t>(std::min(length * width, static_cast<int64_t>(bytes.size()))));
    count -= values;
  }
  return found;
}

// Takes the bytes of one kind of level from the front of `body`.
std::optional<Bytes> TakeLevels(Encoding encoding, int64_t count, int width, Bytes* body) {
  int64_t length = 0;
  int64_t prefix = 0;
  if (encoding == Encoding::kBitPacked) {
    length = (count * width + 7) / 8;
  } else if (encoding == Encoding::kRle && body->size() >= 4) {
    prefix = 4;
    for (size_t i = 0; i < 4; ++i) length |= int64_t{(*body)[i]} << (8 * i);
  } else {
    return std::nullopt;
  }
  if (length > static_cast<int64_t>(body->size()) - prefix) return std::nullopt;
  const Bytes levels = body->subspan(static_cast<size_t>(prefix), static_cast<size_t>(length));
  *body = body->subspan(static_cast<size_t>(prefix + length));
  return levels;
}

}  // namespace

std::optional<int64_t> CountNulls(Bytes body, const DataPageHeader& header,
                                  int16_t max_definition_level, int16_t max_repetition_level) {
  if (max_definition_level == 0) return 0;
  const int64_t count = header.num_values;
  if (max_repetition_level > 0 &&
      !TakeLevels(header.repetition_level_encoding, count, BitWidth(max_repetition_level), &body)) {
    return std::nullopt;
  }
  const int width = BitWidth(max_definition_level);
  const auto levels = TakeLevels(header.definition_level_encoding, count, width, &body);
  if (!levels) return std::nullopt;
  const auto wanted = static_cast<uint32_t>(max_definition_level);
  const std::optional<int64_t> defined = header.definition_level_encoding == Encoding::kBitPacked
                                             ? CountPackedFromTheTop(*levels, count, width, wanted)
                                             : CountHybrid(*levels, count, width, wanted);
  if (!defined) return std::nullopt;
  return count - *defined;
}

}  // namespace pqpack
