// SPDX-License-Identifier: Apache-2.0
//
// Unpacks Snappy, the codec of most Parquet files, for merges, where the library that Arrow's wheel
// carries took a quarter of all time.  What proves a merge does not use it (page_codec.h).
//
// Source: google/snappy, format_description.txt.
#pragma once

#include <cstdint>
#include <span>

#include "base/bytes.h"
#include "base/status.h"

namespace pqpack {

// Fills `out`; after an error it holds anything.  Pure.
//   kCorrupt  `packed` is no Snappy stream, or one of another number of bytes
Status UnpackSnappy(Bytes packed, std::span<uint8_t> out);

}  // namespace pqpack
