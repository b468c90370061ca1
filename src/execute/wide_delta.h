// SPDX-License-Identifier: Apache-2.0
//
// INT32 values in DELTA_BINARY_PACKED as arrow-go up to 18.7.0 writes them: the
// differences are taken in 64 bits, so that they may need 33, which readers that
// compute in 32 bits refuse ("InitBlock EOF" in Arrow, apache/arrow-go#1027).
//
// Source: parquet-format, Encodings.md, "Delta encoding".
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/status.h"

namespace pqpack {

// How many values `data` says it holds.  kCorrupt if that is more than `at_most`.
Result<int64_t> CountWideDelta(Bytes data, int64_t at_most);

// Writes these values.  `out` has room for `count` of them.  kCorrupt where the
// data ends early or makes no sense.
Status DecodeWideDelta(Bytes data, int64_t count, int32_t* out);

}  // namespace pqpack
