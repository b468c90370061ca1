// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace pqpack {

// In which order `width` threads that take one piece of work after another should do so, where
// piece i has bytes[i]: as they come, but large ones before, the largest first, so that no thread
// is left alone with one of them at the end.  Few are moved, as neighbours are read together.
std::vector<size_t> LargestFirst(std::span<const int64_t> bytes, int width);

}  // namespace pqpack
