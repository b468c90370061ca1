// SPDX-License-Identifier: Apache-2.0
//
// In which order threads take pieces of work of different sizes.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace pqpack {

// For `width` threads that take one piece after another, where piece i has bytes[i]: as they come,
// but large ones before, the largest first, so that no thread is left alone with one of them at
// the end.  Few are moved, as neighbours are read together.  As double: what files say of their
// sizes may be anything, and adds up to more than an integer holds.  Pure.
std::vector<size_t> LargestFirst(std::span<const double> bytes, int width);

}  // namespace pqpack
