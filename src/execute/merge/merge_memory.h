// SPDX-License-Identifier: Apache-2.0
//
// What a merge holds at a time: the inputs of one output row group, its encoded columns, and
// what the columns under way need.
#pragma once

#include <cstdint>
#include <span>

#include "execute/merge/group_inputs.h"
#include "execute/merge/merge_files.h"

namespace pqpack {

// How large a row group of the output should be at the most.
struct RowGroupAim {
  int64_t bytes = 0;  // compressed: as asked for, or as the memory allows
  int64_t rows = 0;
  int64_t rows_of_inputs = 0;  // compressed bytes of the inputs that have so many, by their average
};
RowGroupAim AimOf(std::span<const MergeInput> inputs, const MergeSet& set,
                  const MergeOptions& options);

// Compressed bytes of inputs that go into one row group at the most, where it is of more than one.
int64_t InputsAtATime(const RowGroupAim& aim);

// Whether a row group of an input, with so many compressed bytes, is one of the output, if it can
// be copied.
inline bool StandsAlone(const RowGroup& group, int64_t bytes, const RowGroupAim& aim) {
  return bytes >= aim.bytes / 2 || group.num_rows >= aim.rows / 2;
}

// Whether the store may append a row group that stands alone.
inline bool LetsStoreCopy(const MergeOptions& options, int64_t bytes) {
  return options.copy && options.by_store_from > 0 && bytes >= options.by_store_from;
}

// Of a row group of an input, as its chunks say; not negative.
int64_t CompressedBytes(const RowGroup& group);

}  // namespace pqpack
