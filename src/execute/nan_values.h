// SPDX-License-Identifier: Apache-2.0
//
// NaN among values: then a chunk gets no bounds.  The format leaves NaN out of them
// (parquet.thrift, ColumnOrder), and readers for which it is the largest number take the upper
// bound for that of all values all the same: Spark 3.5 passes over the row groups and pages whose
// NaNs are asked for by `x > 1`, parquet-java's filters not knowing of them.
#pragma once

#include <parquet/schema.h>
#include <parquet/types.h>

#include <cmath>
#include <cstdint>
#include <type_traits>

namespace pqpack {

inline bool IsFloat16(const parquet::ColumnDescriptor& column) {
  return column.logical_type() != nullptr && column.logical_type()->is_float16();
}

// `halves`: values of a fixed length are FLOAT16.
template <typename T>
bool HasNaN(const T* values, int64_t count, bool halves) {
  bool found = false;
  if constexpr (std::is_floating_point_v<T>) {
    for (int64_t i = 0; i < count; ++i) found |= std::isnan(values[i]);
  } else if constexpr (std::is_same_v<T, parquet::FixedLenByteArray>) {
    for (int64_t i = 0; halves && i < count && !found; ++i) {
      const auto bits = static_cast<uint32_t>(values[i].ptr[0] | values[i].ptr[1] << 8);
      found = (bits & 0x7fff) > 0x7c00;
    }
  }
  return found;
}

}  // namespace pqpack
