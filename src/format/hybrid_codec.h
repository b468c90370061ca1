// SPDX-License-Identifier: Apache-2.0
//
// Whole arrays in the RLE/bit-packed hybrid (hybrid_runs.h): levels as int16_t,
// dictionary indices as uint32_t.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/bytes.h"
#include "base/status.h"
#include "format/hybrid_runs.h"

namespace pqpack {

// Fills `out` from the front of `bytes`; what follows is not looked at.  Values of
// int16_t are at most 15 bits wide.  kCorrupt as HybridRuns; `out` is then undefined.
template <typename T>
Status DecodeHybrid(Bytes bytes, int bit_width, std::span<T> out);

// The first `count` values of a run, which has as many; what stands in `out` behind them may
// be overwritten.  `end`: behind run.packed, up to where bytes may be read.
template <typename T>
void UnpackRun(const HybridRun& run, int64_t count, const uint8_t* end, int bit_width,
               std::span<T> out);

// Appends the runs that hold `values`, each of which must fit into bit_width:
// a repeated one for each value that comes 8 times or more, packed ones between.
template <typename T>
void EncodeHybrid(std::span<const T> values, int bit_width, std::string* out);

// Appends one run of `count` times the same value; less than 2^31 of them.
void AppendRun(uint32_t value, int64_t count, int bit_width, std::string* out);

extern template Status DecodeHybrid(Bytes, int, std::span<int16_t>);
extern template Status DecodeHybrid(Bytes, int, std::span<uint32_t>);
extern template void UnpackRun(const HybridRun&, int64_t, const uint8_t*, int, std::span<int16_t>);
extern template void UnpackRun(const HybridRun&, int64_t, const uint8_t*, int, std::span<uint32_t>);
extern template void EncodeHybrid(std::span<const int16_t>, int, std::string*);
extern template void EncodeHybrid(std::span<const uint32_t>, int, std::string*);

}  // namespace pqpack
