// SPDX-License-Identifier: Apache-2.0
//
// What is asked of each batch of levels or indices.  Without a branch per value, in steps of a
// fixed length, for which the compiler uses vectors: bench/batch_scan_bench.cc.  Pure.
#pragma once

#include <cstdint>
#include <span>

namespace pqpack {

// Whether a level is above `max`.  Levels are not negative.
bool AnyAbove(std::span<const int16_t> levels, int16_t max);

// How many levels are `level`.
int64_t CountOf(std::span<const int16_t> levels, int16_t level);

// Whether an index is `size` or more.  `size`: below 2^31, as of dictionaries.
bool AnyOutside(std::span<const uint32_t> indices, uint32_t size);

}  // namespace pqpack
