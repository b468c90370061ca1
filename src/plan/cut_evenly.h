// SPDX-License-Identifier: Apache-2.0
//
// A sequence cut into runs: as few as two limits allow, and with that number as even as the order
// of the sequence allows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace pqpack {

// The end of each run, in order; none for no sizes.  Sizes are not negative.  No run is larger
// than `limit` but one that is a single size, and none has more than `most` sizes, which is 1 at
// least.
std::vector<size_t> CutEvenly(std::span<const int64_t> sizes, int64_t limit, size_t most);

}  // namespace pqpack
