// SPDX-License-Identifier: Apache-2.0
//
// To fill each run as far as the limit goes gives the fewest runs, since the order is fixed.
// It leaves the last one short, though.  The smallest limit that still gives that number of
// runs makes the largest one as small as it can be; it is found by halving, each step a pass.
#include "plan/cut_evenly.h"

#include <algorithm>
#include <numeric>

namespace pqpack {
namespace {

std::vector<size_t> Fill(std::span<const int64_t> sizes, int64_t limit, size_t most) {
  std::vector<size_t> ends;
  int64_t run = 0;
  size_t begin = 0;
  for (size_t i = 0; i < sizes.size(); ++i) {
    if (i > 0 && (run > limit - sizes[i] || i - begin == most)) {
      ends.push_back(i);
      begin = i;
      run = 0;
    }
    run += sizes[i];
  }
  if (!sizes.empty()) ends.push_back(sizes.size());
  return ends;
}

}  // namespace

std::vector<size_t> CutEvenly(std::span<const int64_t> sizes, int64_t limit, size_t most) {
  std::vector<size_t> ends = Fill(sizes, limit, most);
  if (ends.size() < 2) return ends;
  const int64_t total = std::accumulate(sizes.begin(), sizes.end(), int64_t{0});
  int64_t low = total / static_cast<int64_t>(ends.size());
  int64_t high = limit;
  while (low < high) {
    const int64_t middle = low + (high - low) / 2;
    auto tighter = Fill(sizes, middle, most);
    if (tighter.size() > ends.size()) {
      low = middle + 1;
    } else {
      ends = std::move(tighter);
      high = middle;
    }
  }
  return ends;
}

}  // namespace pqpack
