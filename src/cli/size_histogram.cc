// SPDX-License-Identifier: Apache-2.0
#include "cli/size_histogram.h"

#include <algorithm>
#include <bit>

namespace pqpack::cli {
namespace {

int Log2(int64_t size) {
  return std::bit_width(static_cast<uint64_t>(std::max<int64_t>(size, 1))) - 1;
}

std::vector<int64_t> Count(std::span<const int64_t> sizes, int first, int bins) {
  std::vector<int64_t> counts(static_cast<size_t>(bins));
  for (const int64_t size : sizes) ++counts[static_cast<size_t>(Log2(size) - first)];
  return counts;
}

}  // namespace

SizeHistogram MakeSizeHistogram(std::span<const int64_t> before, std::span<const int64_t> after) {
  SizeHistogram histogram;
  if (before.empty() && after.empty()) return histogram;
  int64_t least = INT64_MAX;
  int64_t most = 0;
  for (const auto& sizes : {before, after}) {
    for (const int64_t size : sizes) {
      least = std::min(least, size);
      most = std::max(most, size);
    }
  }
  histogram.first = Log2(least);
  const int bins = Log2(most) - histogram.first + 1;
  histogram.before = Count(before, histogram.first, bins);
  histogram.after = Count(after, histogram.first, bins);
  return histogram;
}

int64_t Median(std::vector<int64_t> sizes) {
  if (sizes.empty()) return 0;
  const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
  std::ranges::nth_element(sizes, middle);
  if (sizes.size() % 2 == 1) return *middle;
  const int64_t below = *std::max_element(sizes.begin(), middle);
  return below + (*middle - below) / 2;
}

}  // namespace pqpack::cli
