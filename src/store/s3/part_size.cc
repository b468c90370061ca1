// SPDX-License-Identifier: Apache-2.0
//
// A size that is known needs no growth: the parts that are left over, at least half of
// them, are for objects that outgrow it.  They are spent in twelve steps, each with twice
// the size of the one before: of 5,000 parts that is 416 a step, and even if the first
// one is of 5 MiB they hold 416 * 5 MiB * 4095 = 8 TiB.
#include "store/s3/part_size.h"

#include <algorithm>

#include "base/bytes.h"
#include "store/s3/multipart.h"

namespace pqpack {
namespace {

// An object whose size is known is cut into no more than this.
constexpr int64_t kExpectedParts = kMaxParts / 2;
constexpr int kSteps = 12;

}  // namespace

PartSizes::PartSizes(int64_t configured, int64_t expected_size) {
  const int64_t expected = std::max<int64_t>(0, expected_size);
  const int64_t size =
      std::clamp(std::max(configured, expected / kExpectedParts), kMinPart, kMaxPart);
  first_ = (size + kMiB - 1) / kMiB * kMiB;
  const int64_t parts = expected / first_ + 1;
  expected_parts_ = static_cast<int>(std::min(parts, kExpectedParts));
}

int64_t PartSizes::Of(int number) const {
  const int step = (kMaxParts - expected_parts_) / kSteps;
  const int doublings = std::clamp((number - expected_parts_ - 1) / step, 0, kSteps);
  return std::min(first_ << doublings, kMaxPart);
}

}  // namespace pqpack
