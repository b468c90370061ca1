// SPDX-License-Identifier: Apache-2.0
#include "execute/convert_values.h"

#include <bit>
#include <cstring>

namespace pqpack {
namespace {

constexpr int64_t kNanosPerMicro = 1000;
constexpr int64_t kMicrosPerDay = int64_t{24} * 60 * 60 * 1000 * 1000;
constexpr int64_t kJulianDayOf1970 = 2440588;

int64_t FloorDiv(int64_t value, int64_t by) {
  const int64_t quotient = value / by;
  return value % by < 0 ? quotient - 1 : quotient;
}

float HalfToFloat(uint16_t half) {
  const uint32_t sign = static_cast<uint32_t>(half >> 15) << 31;
  const uint32_t exponent = (half >> 10) & 0x1f;
  const uint32_t fraction = half & 0x3ff;
  if (exponent == 0x1f) return std::bit_cast<float>(sign | 0x7f800000u | fraction << 13);
  if (exponent != 0) return std::bit_cast<float>(sign | (exponent + 112) << 23 | fraction << 13);
  // Zero and subnormals: fraction * 2^-24, which a float holds exactly.
  const float magnitude = static_cast<float>(fraction) * 0x1p-24f;
  return std::bit_cast<float>(sign | std::bit_cast<uint32_t>(magnitude));
}

template <typename T>
int64_t NumbersToFixed(const T* in, int64_t count, int32_t length, parquet::FixedLenByteArray* out,
                       uint8_t* bytes) {
  constexpr auto kSize = static_cast<int32_t>(sizeof(T));
  for (int64_t i = 0; i < count; ++i, bytes += length) {
    std::memset(bytes, in[i] < 0 ? 0xff : 0, static_cast<size_t>(length - kSize));
    for (int32_t byte = 0; byte < kSize; ++byte) {
      bytes[length - 1 - byte] = static_cast<uint8_t>(static_cast<uint64_t>(in[i]) >> (8 * byte));
    }
    out[i].ptr = bytes;
  }
  return count;
}

}  // namespace

int64_t NanosToMicros(const int64_t* in, int64_t count, int64_t* out, bool lossy) {
  for (int64_t i = 0; i < count; ++i) {
    if (!lossy && in[i] % kNanosPerMicro != 0) return i;
    out[i] = FloorDiv(in[i], kNanosPerMicro);
  }
  return count;
}

int64_t MillisToMicros(const int32_t* in, int64_t count, int64_t* out) {
  for (int64_t i = 0; i < count; ++i) out[i] = int64_t{in[i]} * 1000;
  return count;
}

int64_t Int96ToMicros(const parquet::Int96* in, int64_t count, int64_t* out, bool lossy) {
  for (int64_t i = 0; i < count; ++i) {
    int64_t nanos;
    std::memcpy(&nanos, in[i].value.data(), sizeof(nanos));
    if (!lossy && nanos % kNanosPerMicro != 0) return i;
    const auto day = static_cast<int32_t>(in[i].value[2]);
    int64_t micros;
    if (__builtin_mul_overflow(day - kJulianDayOf1970, kMicrosPerDay, &micros) ||
        __builtin_add_overflow(micros, FloorDiv(nanos, kNanosPerMicro), &micros)) {
      return i;
    }
    out[i] = micros;
  }
  return count;
}

int64_t Uint32ToInt64(const int32_t* in, int64_t count, int64_t* out) {
  for (int64_t i = 0; i < count; ++i) out[i] = static_cast<uint32_t>(in[i]);
  return count;
}

int64_t Uint64ToDecimal(const int64_t* in, int64_t count, parquet::FixedLenByteArray* out,
                        uint8_t* bytes) {
  for (int64_t i = 0; i < count; ++i, bytes += kUint64DecimalLength) {
    const auto value = static_cast<uint64_t>(in[i]);
    bytes[0] = 0;
    for (int byte = 0; byte < 8; ++byte) {
      bytes[1 + byte] = static_cast<uint8_t>(value >> (56 - 8 * byte));
    }
    out[i].ptr = bytes;
  }
  return count;
}

int64_t Float16ToFloat(const parquet::FixedLenByteArray* in, int64_t count, float* out) {
  for (int64_t i = 0; i < count; ++i) {
    out[i] = HalfToFloat(static_cast<uint16_t>(in[i].ptr[0] | in[i].ptr[1] << 8));
  }
  return count;
}

int64_t Int32ToInt64(const int32_t* in, int64_t count, int64_t* out) {
  for (int64_t i = 0; i < count; ++i) out[i] = in[i];
  return count;
}

int64_t FloatToDouble(const float* in, int64_t count, double* out) {
  for (int64_t i = 0; i < count; ++i) out[i] = in[i];
  return count;
}

int64_t IntToFixed(const int32_t* in, int64_t count, int32_t length,
                   parquet::FixedLenByteArray* out, uint8_t* bytes) {
  return NumbersToFixed(in, count, length, out, bytes);
}

int64_t IntToFixed(const int64_t* in, int64_t count, int32_t length,
                   parquet::FixedLenByteArray* out, uint8_t* bytes) {
  return NumbersToFixed(in, count, length, out, bytes);
}

int64_t FixedToFixed(const parquet::FixedLenByteArray* in, int32_t in_length, int64_t count,
                     int32_t length, parquet::FixedLenByteArray* out, uint8_t* bytes) {
  const auto more = static_cast<size_t>(length - in_length);
  for (int64_t i = 0; i < count; ++i, bytes += length) {
    const bool negative = in_length > 0 && (in[i].ptr[0] & 0x80) != 0;
    std::memset(bytes, negative ? 0xff : 0, more);
    std::memcpy(bytes + more, in[i].ptr, static_cast<size_t>(in_length));
    out[i].ptr = bytes;
  }
  return count;
}

}  // namespace pqpack
