// SPDX-License-Identifier: Apache-2.0
//
// The loops over every index of a merge: is it one of the dictionary, and what does a map make of
// it. bench/index_loops_bench.cc holds them against memory.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace pqpack {

// Whether each is below `count`, which is at most 2^31.  In lanes, since the compiler turns a loop
// into vectors only where it knows how often it runs, and by subtraction, since the vectors that
// every x86-64 has know no largest unsigned number: the highest bit tells of a number that was too
// large, and of a difference below 0.
inline bool AllBelow(std::span<const uint32_t> values, int64_t count) {
  constexpr size_t kLanes = 16;
  const auto last = static_cast<uint32_t>(count - 1);
  std::array<uint32_t, kLanes> bits{};
  const uint32_t* value = values.data();
  const uint32_t* const end = value + values.size();
  for (; end - value >= static_cast<int64_t>(kLanes); value += kLanes) {
    for (size_t i = 0; i < kLanes; ++i) bits[i] |= value[i] | (last - value[i]);
  }
  uint32_t all = 0;
  for (; value < end; ++value) all |= *value | (last - *value);
  for (const uint32_t lane : bits) all |= lane;
  return values.empty() || all >> 31 == 0;
}

// Each of `indices` becomes map[index]; none is behind the map.
inline void MapIndices(std::span<const uint32_t> map, std::span<uint32_t> indices) {
  const uint32_t* const to = map.data();
  uint32_t* const end = indices.data() + indices.size();
  for (uint32_t* index = indices.data(); index < end; ++index) *index = to[*index];
}

}  // namespace pqpack
