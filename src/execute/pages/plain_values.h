// SPDX-License-Identifier: Apache-2.0
//
// Values in PLAIN as bytes that are moved, not decoded: how many bytes some of them take.
//
// Source: Encodings.md, "Plain (PLAIN = 0)".
#pragma once

#include <cstdint>
#include <cstring>

#include "base/bytes.h"
#include "base/status.h"
#include "format/types.h"

namespace pqpack {

// What of a column tells how its values lie in PLAIN.
struct ValueShape {
  PhysicalType type{};
  int64_t width = 0;  // bytes of a value; 0: they vary, their length stands in 4 bytes in front
};

// `length`: that of FIXED_LEN_BYTE_ARRAY.  Of BOOLEAN, whose values are bits, the width is 1.
ValueShape ValueShapeOf(PhysicalType type, int64_t length);

// In front of each value whose width varies.
constexpr int64_t kLengthPrefix = 4;

// Where the value that begins at `at` ends, of which the length stands in front; -1: the bytes end
// before it does.
inline int64_t EndOfVarying(Bytes bytes, int64_t at) {
  const auto size = static_cast<int64_t>(bytes.size());
  if (size - at < kLengthPrefix) return -1;
  uint32_t length = 0;
  std::memcpy(&length, bytes.data() + at, sizeof(length));
  const int64_t end = at + kLengthPrefix + int64_t{length};
  return end <= size ? end : -1;
}

// The bytes of `count` values at the front of `bytes`.  Not for BOOLEAN.  kCorrupt: there are
// fewer values.
Result<int64_t> SizeInPlain(const ValueShape& shape, Bytes bytes, int64_t count);

}  // namespace pqpack
