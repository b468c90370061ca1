// SPDX-License-Identifier: Apache-2.0
#include "verify/batch_scan.h"

#include <cstddef>

namespace pqpack {
namespace {

constexpr size_t kStep = 64;

// The sum or union of `of(value)`, in T within a step and in Total over all of them.
template <typename T, typename Total, typename V, typename Of, typename Join>
Total Fold(std::span<const V> values, const Of& of, const Join& join) {
  const V* at = values.data();
  size_t left = values.size();
  Total total = 0;
  for (; left >= kStep; left -= kStep, at += kStep) {
    T step = 0;
    for (size_t i = 0; i < kStep; ++i) step = static_cast<T>(join(step, of(at[i])));
    total = static_cast<Total>(join(total, step));
  }
  for (size_t i = 0; i < left; ++i) total = static_cast<Total>(join(total, of(at[i])));
  return total;
}

constexpr auto kUnion = [](auto a, auto b) { return a | b; };
constexpr auto kSum = [](auto a, auto b) { return a + b; };

}  // namespace

// A difference below 0 has the sign bit.
bool AnyAbove(std::span<const int16_t> levels, int16_t max) {
  const auto room = [max](int16_t level) { return static_cast<int16_t>(max - level); };
  return Fold<int16_t, int16_t>(levels, room, kUnion) < 0;
}

int64_t CountOf(std::span<const int16_t> levels, int16_t level) {
  const auto is = [level](int16_t other) { return static_cast<int16_t>(level == other); };
  return Fold<int16_t, int64_t>(levels, is, kSum);
}

// An index of 2^31 or more has the bit itself.
bool AnyOutside(std::span<const uint32_t> indices, uint32_t size) {
  const auto room = [size](uint32_t index) { return index | (size - 1 - index); };
  return Fold<uint32_t, uint32_t>(indices, room, kUnion) >> 31 != 0;
}

}  // namespace pqpack
