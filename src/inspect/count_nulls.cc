// SPDX-License-Identifier: Apache-2.0
//
// Runs are counted and not decoded into an array: a header of a few bytes can claim two
// billion values.
#include "inspect/count_nulls.h"

#include <algorithm>
#include <vector>

#include "format/hybrid_runs.h"

namespace pqpack {
namespace {

// How many of the `count` values of `width` bits, packed from the lowest bit on, are `wanted`.
int64_t CountPacked(Bytes bytes, int64_t count, int width, uint32_t wanted) {
  const uint32_t mask = (1u << width) - 1;
  uint32_t window = 0;
  int bits = 0;
  size_t at = 0;
  int64_t found = 0;
  for (int64_t i = 0; i < count; ++i) {
    for (; bits < width; bits += 8) window |= uint32_t{bytes[at++]} << bits;
    found += (window & mask) == wanted;
    window >>= width;
    bits -= width;
  }
  return found;
}

// Nobody has written these since 2013, so they may take the time of an array.
std::optional<int64_t> CountBitPacked(StoredLevels levels, int64_t count, int16_t defined) {
  constexpr int64_t kMost = 16'000'000;
  if (count > kMost) return std::nullopt;
  std::vector<int16_t> decoded(static_cast<size_t>(count));
  if (!DecodeLevels(levels, defined, decoded).ok()) return std::nullopt;
  return count - std::ranges::count(decoded, defined);
}

}  // namespace

std::optional<int64_t> CountNulls(Bytes body, const DataPageHeader& header, MaxLevels max) {
  if (max.definition == 0) return 0;
  const auto parts = SplitPage(LevelsOf(header), body, max);
  if (!parts.ok()) return std::nullopt;
  if (parts->definition.encoding == Encoding::kBitPacked) {
    return CountBitPacked(parts->definition, header.num_values, max.definition);
  }
  const int width = LevelWidth(max.definition);
  const auto defined = static_cast<uint32_t>(max.definition);
  int64_t nulls = header.num_values;
  HybridRuns runs(parts->definition.bytes, width, header.num_values);
  for (HybridRun run; runs.Next(&run);) {
    if (!run.repeated) {
      nulls -= CountPacked(run.packed, run.count, width, defined);
    } else if (run.value == defined) {
      nulls -= run.count;
    }
  }
  if (!runs.status().ok()) return std::nullopt;
  return nulls;
}

}  // namespace pqpack
