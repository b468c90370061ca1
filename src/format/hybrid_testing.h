// SPDX-License-Identifier: Apache-2.0
//
// For tests: arrays of the shapes in which runs go wrong.
#pragma once

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

namespace pqpack::testing {

// Stretches of one value and of random ones, of lengths around the group's 8 and, now
// and then, longer than a one-byte header says; all below 2^bit_width.
inline std::vector<uint32_t> RandomRuns(std::mt19937& random, int bit_width) {
  const auto value = [&] {
    return static_cast<uint32_t>(random() & ((uint64_t{1} << bit_width) - 1));
  };
  std::vector<uint32_t> values;
  for (uint32_t stretches = random() % 8; stretches > 0; --stretches) {
    const size_t length = random() % 10 == 0 ? random() % 2'000 : random() % 30;
    const bool repeated = random() % 2 == 0;
    const uint32_t same = value();
    for (size_t i = 0; i < length; ++i) values.push_back(repeated ? same : value());
  }
  return values;
}

}  // namespace pqpack::testing
