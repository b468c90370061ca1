// SPDX-License-Identifier: Apache-2.0
#include "execute/pages/plain_values.h"

#include <fmt/format.h>

namespace pqpack {
namespace {

Status TooShort(int64_t count, int64_t bytes) {
  return Error(ErrorCode::kCorrupt, fmt::format("fewer than {} values in {} bytes", count, bytes));
}

}  // namespace

ValueShape ValueShapeOf(PhysicalType type, int64_t length) {
  switch (type) {
    case PhysicalType::kBoolean:
      return {type, 1};
    case PhysicalType::kInt32:
    case PhysicalType::kFloat:
      return {type, 4};
    case PhysicalType::kInt64:
    case PhysicalType::kDouble:
      return {type, 8};
    case PhysicalType::kInt96:
      return {type, 12};
    case PhysicalType::kFixedLenByteArray:
      return {type, length};
    default:
      return {type, 0};
  }
}

Result<int64_t> SizeInPlain(const ValueShape& shape, Bytes bytes, int64_t count) {
  const auto size = static_cast<int64_t>(bytes.size());
  if (shape.width > 0) {
    if (count > size / shape.width) return TooShort(count, size);
    return count * shape.width;
  }
  int64_t at = 0;
  for (int64_t i = 0; i < count; ++i) {
    at = EndOfVarying(bytes, at);
    if (at < 0) return TooShort(count, size);
  }
  return at;
}

}  // namespace pqpack
