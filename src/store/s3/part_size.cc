// SPDX-License-Identifier: Apache-2.0
#include "store/s3/part_size.h"

#include <algorithm>

#include "base/bytes.h"
#include "store/s3/multipart.h"

namespace pqpack {
namespace {

// Doubling after every 800 parts turns 10,000 parts of 5 MiB into more than 12 TiB.
constexpr int kPartsPerStep = 800;
// An object whose size is known is cut into no more than this.
constexpr int64_t kComfortableParts = 5000;

}  // namespace

int64_t PartSize(int64_t first, int number) {
  const int doublings = (number - 1) / kPartsPerStep;
  return std::min(first << std::min(doublings, 20), kMaxPart);
}

int64_t FirstPartSize(int64_t configured, int64_t expected_size) {
  const int64_t needed = expected_size < 0 ? 0 : expected_size / kComfortableParts;
  const int64_t size = std::clamp(std::max(configured, needed), kMinPart, kMaxPart);
  return (size + kMiB - 1) / kMiB * kMiB;
}

}  // namespace pqpack
