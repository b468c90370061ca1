// SPDX-License-Identifier: Apache-2.0
//
// What the levels of a page tell without being kept: how many there are of each.  Takes no
// memory for them, since a header may claim two thousand million in a page of ten bytes.
//
// Source: Encodings.md, "Run Length Encoding / Bit-Packing Hybrid"; README.md, "Nested
// Encoding".
#pragma once

#include <cstdint>
#include <vector>

#include "base/status.h"
#include "format/levels.h"

namespace pqpack {

struct LevelCounts {
  std::vector<int64_t> of;  // by level, from 0 to the maximum
  int64_t above = 0;        // levels above the maximum
  int64_t first = 0;        // the first level; 0 where there is none
};

// Counts `count` levels of up to `max`; with max 0 there are no bytes, and all are 0.
// kCorrupt: they are not `count`.
Result<LevelCounts> CountLevels(StoredLevels levels, int16_t max, int64_t count);

}  // namespace pqpack
