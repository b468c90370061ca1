// SPDX-License-Identifier: Apache-2.0
#include "execute/sure_small_pool.h"

#include <algorithm>
#include <cstring>

namespace pqpack {

Status SureSmallPool::Reallocate(int64_t old_size, int64_t new_size, int64_t alignment,
                                 uint8_t** ptr) {
  arrow::MemoryPool* const before = PoolFor(old_size);
  arrow::MemoryPool* const after = PoolFor(new_size);
  if (before == after) return after->Reallocate(old_size, new_size, alignment, ptr);
  uint8_t* moved = nullptr;
  PQ_RETURN_NOT_OK(after->Allocate(new_size, alignment, &moved));
  std::memcpy(moved, *ptr, static_cast<size_t>(std::min(old_size, new_size)));
  before->Free(*ptr, old_size, alignment);
  *ptr = moved;
  return Status::OK();
}

}  // namespace pqpack
