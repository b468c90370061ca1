// SPDX-License-Identifier: Apache-2.0
//
// Values in PLAIN as bytes that are moved, not decoded: how many bytes some of them take.
//
// Source: Encodings.md, "Plain (PLAIN = 0)".
#pragma once

#include <cstdint>

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

// The bytes of `count` values at the front of `bytes`.  Not for BOOLEAN.  kCorrupt: there are
// fewer values.
Result<int64_t> SizeInPlain(const ValueShape& shape, Bytes bytes, int64_t count);

}  // namespace pqpack
