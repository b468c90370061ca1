// SPDX-License-Identifier: Apache-2.0
#include "diagnose/deep/level_counts.h"

#include "format/hybrid_runs.h"

namespace pqpack {
namespace {

// The value of `width` bits at index `i`, the lowest bit first.
uint32_t Packed(Bytes bytes, int width, int64_t i) {
  uint32_t value = 0;
  const int64_t begin = i * width;
  for (int bit = 0; bit < width; ++bit) {
    const int64_t at = begin + bit;
    const uint32_t one = bytes[static_cast<size_t>(at / 8)] >> (at % 8) & 1U;
    value |= one << bit;
  }
  return value;
}

// Of the encoding that was given up in 2013: as many bits as levels, so that these are no more
// than the page has bytes for.
Status CountBitPacked(StoredLevels levels, int16_t max, int64_t count, LevelCounts* counts) {
  if (count > static_cast<int64_t>(levels.bytes.size()) * 8 / LevelWidth(max)) {
    return Error(ErrorCode::kCorrupt, "they end early");
  }
  std::vector<int16_t> all(static_cast<size_t>(count));
  PQ_RETURN_NOT_OK(DecodeLevels(levels, max, all));
  for (const int16_t level : all) ++counts->of[static_cast<size_t>(level)];
  counts->first = all.empty() ? 0 : all.front();
  return Status::OK();
}

}  // namespace

Result<LevelCounts> CountLevels(StoredLevels levels, int16_t max, int64_t count) {
  LevelCounts counts;
  counts.of.resize(static_cast<size_t>(max) + 1);
  if (max == 0) {
    counts.of[0] = count;
    return counts;
  }
  if (levels.encoding == Encoding::kBitPacked) {
    PQ_RETURN_NOT_OK(CountBitPacked(levels, max, count, &counts));
    return counts;
  }
  const auto add = [&](uint32_t level, int64_t times) {
    if (level < counts.of.size()) {
      counts.of[level] += times;
    } else {
      counts.above += times;
    }
  };
  const int width = LevelWidth(max);
  HybridRuns reader(levels.bytes, width, count);
  bool first = true;
  for (HybridRun run; reader.Next(&run);) {
    if (first) counts.first = run.repeated ? run.value : Packed(run.packed, width, 0);
    first = false;
    if (run.repeated) {
      add(run.value, run.count);
    } else {
      for (int64_t i = 0; i < run.count; ++i) add(Packed(run.packed, width, i), 1);
    }
  }
  PQ_RETURN_NOT_OK(reader.status());
  return counts;
}

}  // namespace pqpack
