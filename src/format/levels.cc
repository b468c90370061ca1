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
Status TakeLevels(int16_t max, Encoding encoding, Bytes* body, Bytes* levels) {
  if (max == 0) return Status::OK();
  if (encoding != Encoding::kRle) {
    return Error(ErrorCode::kUnsupported, "data page: levels encoded as " + ToString(encoding));
  }
  const auto size = static_cast<int64_t>(body->size());
  if (size < kLengthSize) return Broken("it ends inside of its levels");
  int64_t length = 0;
  for (size_t i = 4; i > 0; --i) length = length << 8 | (*body)[i - 1];
  if (length > size - kLengthSize) {
    return Broken(fmt::format("levels of {} bytes in a body of {}", length, size));
  }
  *levels = body->subspan(kLengthSize, static_cast<size_t>(length));
  *body = body->subspan(static_cast<size_t>(kLengthSize + length));
  return Status::OK();
}

void AppendLevels(Bytes levels, int16_t max, std::string* out) {
  if (max == 0) return;
  for (int shift = 0; shift < 32; shift += 8) *out += static_cast<char>(levels.size() >> shift);
  *out += AsText(levels);
}

}  // namespace

int LevelWidth(int16_t max) { return std::bit_width(static_cast<uint16_t>(max)); }

Result<PageParts> SplitPage(const DataPageHeader& header, Bytes body, MaxLevels max) {
  PageParts parts;
  PQ_RETURN_NOT_OK(TakeLevels(max.repetition, header.repetition_level_encoding, &body,
                              &parts.repetition_levels));
  PQ_RETURN_NOT_OK(TakeLevels(max.definition, header.definition_level_encoding, &body,
                              &parts.definition_levels));
  parts.values = body;
  return parts;
}

Result<PageParts> SplitPage(const DataPageHeaderV2& header, Bytes body, MaxLevels max) {
  const int64_t repetition = header.repetition_levels_byte_length;
  const int64_t definition = header.definition_levels_byte_length;
  const auto size = static_cast<int64_t>(body.size());
  if (repetition < 0 || definition < 0 || repetition + definition > size) {
    return Broken(
        fmt::format("levels of {} + {} bytes in a body of {}", repetition, definition, size));
  }
  PageParts parts;
  const Bytes levels = body.first(static_cast<size_t>(repetition + definition));
  // Some writers have levels where there can be none; they say nothing.
  if (max.repetition > 0) parts.repetition_levels = levels.first(static_cast<size_t>(repetition));
  if (max.definition > 0) parts.definition_levels = levels.last(static_cast<size_t>(definition));
  parts.values = body.subspan(levels.size());
  return parts;
}

std::string JoinPageV1(const PageParts& parts, MaxLevels max) {
  std::string body;
  AppendLevels(parts.repetition_levels, max.repetition, &body);
  AppendLevels(parts.definition_levels, max.definition, &body);
  body += AsText(parts.values);
  return body;
}

Status DecodeLevels(Bytes runs, int16_t max, std::span<int16_t> out) {
  if (max == 0) {
    std::ranges::fill(out, int16_t{0});
    return Status::OK();
  }
  PQ_RETURN_NOT_OK(DecodeHybrid(runs, LevelWidth(max), out));
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
