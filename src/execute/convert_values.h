// SPDX-License-Identifier: Apache-2.0
//
// --convert-types and types of merged files, value by value.  Each function takes `count` values,
// writes as many and returns how many it got through before one that has no equal in the new type.
// With `lossy` it only stops at what has no place at all.  `in` and `out` may be the same where the
// types are.
#pragma once

#include <parquet/types.h>

#include <cstdint>

namespace pqpack {

// Nanoseconds -> microseconds; lossy: rounded down.
int64_t NanosToMicros(const int64_t* in, int64_t count, int64_t* out, bool lossy);

// Milliseconds of a day -> microseconds.
int64_t MillisToMicros(const int32_t* in, int64_t count, int64_t* out);

// Julian day and nanoseconds of that day -> microseconds since 1970-01-01 UTC.
// The nanoseconds may lie outside of the day, as some writers have it.
int64_t Int96ToMicros(const parquet::Int96* in, int64_t count, int64_t* out, bool lossy);

// The 32 bits are unsigned.
int64_t Uint32ToInt64(const int32_t* in, int64_t count, int64_t* out);

// The 64 bits are unsigned -> kUint64DecimalLength bytes, big-endian, of which
// `bytes` holds count times as many.
constexpr int32_t kUint64DecimalLength = 9;
int64_t Uint64ToDecimal(const int64_t* in, int64_t count, parquet::FixedLenByteArray* out,
                        uint8_t* bytes);

// IEEE 754 half precision, little-endian.  Exact, NaN payloads move up.
int64_t Float16ToFloat(const parquet::FixedLenByteArray* in, int64_t count, float* out);

// Types of files that are merged, to wider ones: every value has its equal there.
int64_t Int32ToInt64(const int32_t* in, int64_t count, int64_t* out);
int64_t FloatToDouble(const float* in, int64_t count, double* out);

// DECIMAL: a signed number in two's complement, big-endian where it is made of bytes.  `length`
// is at least that of the source; `bytes` hold count times as many.
int64_t IntToFixed(const int32_t* in, int64_t count, int32_t length,
                   parquet::FixedLenByteArray* out, uint8_t* bytes);
int64_t IntToFixed(const int64_t* in, int64_t count, int32_t length,
                   parquet::FixedLenByteArray* out, uint8_t* bytes);
// `in` and `out` may be the same.
int64_t FixedToFixed(const parquet::FixedLenByteArray* in, int32_t in_length, int64_t count,
                     int32_t length, parquet::FixedLenByteArray* out, uint8_t* bytes);

}  // namespace pqpack
