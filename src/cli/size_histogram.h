// SPDX-License-Identifier: Apache-2.0
//
// How large files are, before and after: the median, and how many there are of each power of two.
// Pure.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace pqpack::cli {

struct SizeHistogram {
  // Bin i is of files from 2^(first + i) bytes on, and of less than twice that.  An empty file is
  // in the bin of one byte.
  int first = 0;
  std::vector<int64_t> before;
  std::vector<int64_t> after;  // as many bins

  int bins() const { return static_cast<int>(before.size()); }
};

// From the smallest to the largest file of both; no bins where there is no file.
SizeHistogram MakeSizeHistogram(std::span<const int64_t> before, std::span<const int64_t> after);

// The one in the middle, or between the two; 0 of none.
int64_t Median(std::vector<int64_t> sizes);

}  // namespace pqpack::cli
