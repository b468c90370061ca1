// SPDX-License-Identifier: Apache-2.0
#include "format/levels.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "format/hybrid_codec.h"

namespace pqpack {
namespace {

constexpr int64_t kLengthSize = 4;

Status Broken(const std::string& problem) {
  return Error(ErrorCode::kCorrupt, "data page: " + problem);
}

// Cuts the levels off the front of a V1 body.
Status TakeLevels(int16_t max, Encoding encoding, int64_t count, Bytes* body,
                  StoredLevels* levels) {
  if (max == 0) return Status::OK();
  const auto size = static_cast<int64_t>(body->size());
  int64_t prefix = 0;
  int64_t length = 0;
  if (encoding == Encoding::kBitPacked) {
    length = (count * LevelWidth(max) + 7) / 8;
  } else if (encoding != Encoding::kRle) {
    return Error(ErrorCode::kUnsupported, "data page: levels encoded as " + ToString(encoding));
  } else if (size < kLengthSize) {
    return Broken("it ends inside of its levels");
  } else {
    prefix = kLengthSize;
    for (size_t i = 4; i > 0; --i) length = length << 8 | (*body)[i - 1];
  }
  if (length > size - prefix) {
    return Broken(fmt::format("levels of {} bytes in a body of {}", length, size));
  }
  *levels = {body->subspan(static_cast<size_t>(prefix), static_cast<size_t>(length)), encoding};
  *body = body->subspan(static_cast<size_t>(prefix + length));
  return Status::OK();
}

int64_t SizeOf(const StoredLevels& levels, int16_t max) {
  if (max == 0) return 0;
  const int64_t prefix = levels.encoding == Encoding::kRle ? kLengthSize : 0;
  return prefix + static_cast<int64_t>(levels.bytes.size());
}

// Gives where it ended.
uint8_t* Put(const StoredLevels& levels, int16_t max, uint8_t* out) {
  if (max == 0) return out;
  if (levels.encoding == Encoding::kRle) {
    for (int shift = 0; shift < 32; shift += 8) {
      *out++ = static_cast<uint8_t>(levels.bytes.size() >> shift);
    }
  }
  return std::ranges::copy(levels.bytes, out).out;
}

// Values from the highest bit of each byte on.
Status DecodeBitPacked(Bytes bytes, int bit_width, std::span<int16_t> out) {
  const auto needed = static_cast<int64_t>(out.size()) * bit_width;
  if (needed > static_cast<int64_t>(bytes.size()) * 8)
    return Broken("it ends inside of its levels");
  int64_t bit = 0;
  for (int16_t& level : out) {
    int value = 0;
    for (const int64_t end = bit + bit_width; bit < end; ++bit) {
      value = value << 1 | (bytes[static_cast<size_t>(bit / 8)] >> (7 - bit % 8) & 1);
    }
    level = static_cast<int16_t>(value);
  }
  return Status::OK();
}

}  // namespace

int LevelWidth(int16_t max) { return std::bit_width(static_cast<uint16_t>(max)); }

LevelsV1 LevelsOf(const DataPageHeader& header) {
  return {header.num_values, header.repetition_level_encoding, header.definition_level_encoding};
}

LevelsV2 LevelsOf(const DataPageHeaderV2& header) {
  return {header.repetition_levels_byte_length, header.definition_levels_byte_length};
}

Result<PageParts> SplitPage(const LevelsV1& levels, Bytes body, MaxLevels max) {
  PageParts parts;
  PQ_RETURN_NOT_OK(
      TakeLevels(max.repetition, levels.repetition, levels.num_values, &body, &parts.repetition));
  PQ_RETURN_NOT_OK(
      TakeLevels(max.definition, levels.definition, levels.num_values, &body, &parts.definition));
  parts.values = body;
  return parts;
}

Result<PageParts> SplitPage(const LevelsV2& lengths, Bytes body, MaxLevels max) {
  const auto [repetition, definition] = lengths;
  const auto size = static_cast<int64_t>(body.size());
  if (repetition < 0 || definition < 0 || repetition + definition > size) {
    return Broken(
        fmt::format("levels of {} + {} bytes in a body of {}", repetition, definition, size));
  }
  PageParts parts;
  const Bytes levels = body.first(static_cast<size_t>(repetition + definition));
  // Some writers have levels where there can be none; they say nothing.
  if (max.repetition > 0) parts.repetition.bytes = levels.first(static_cast<size_t>(repetition));
  if (max.definition > 0) parts.definition.bytes = levels.last(static_cast<size_t>(definition));
  parts.values = body.subspan(levels.size());
  return parts;
}

int64_t SizeOfPageV1(const PageParts& parts, MaxLevels max) {
  return SizeOf(parts.repetition, max.repetition) + SizeOf(parts.definition, max.definition) +
         static_cast<int64_t>(parts.values.size());
}

void JoinPageV1(const PageParts& parts, MaxLevels max, uint8_t* out) {
  out = Put(parts.repetition, max.repetition, out);
  out = Put(parts.definition, max.definition, out);
  std::ranges::copy(parts.values, out);
}

std::string JoinPageV1(const PageParts& parts, MaxLevels max) {
  std::string body(static_cast<size_t>(SizeOfPageV1(parts, max)), '\0');
  JoinPageV1(parts, max, reinterpret_cast<uint8_t*>(body.data()));
  return body;
}

Status DecodeLevels(StoredLevels levels, int16_t max, std::span<int16_t> out) {
  if (max == 0) {
    std::ranges::fill(out, int16_t{0});
    return Status::OK();
  }
  const auto decode =
      levels.encoding == Encoding::kBitPacked ? DecodeBitPacked : DecodeHybrid<int16_t>;
  PQ_RETURN_NOT_OK(decode(levels.bytes, LevelWidth(max), out));
  int16_t largest = 0;
  for (const int16_t level : out) largest = std::max(largest, level);
  if (largest <= max) return Status::OK();
  return Broken(fmt::format("a level of {} where {} is the largest", largest, max));
}

std::string EncodeLevels(std::span<const int16_t> levels, int16_t max) {
  std::string runs;
  if (max > 0) EncodeHybrid(levels, LevelWidth(max), &runs);
  return runs;
}

}  // namespace pqpack
