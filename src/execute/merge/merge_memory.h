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

// Compressed bytes that a row group of the output aims at: as asked for, or as the memory allows.
int64_t RowGroupAim(std::span<const MergeInput> inputs, const MergeSet& set,
                    const MergeOptions& options);

// Compressed bytes of inputs that go into one row group at the most, where it is of more than one.
int64_t InputsAtATime(int64_t row_group_aim);

// Whether a row group of an input is one of the output, if it can be copied.
inline bool StandsAlone(int64_t bytes, int64_t row_group_aim) { return bytes >= row_group_aim / 2; }

// Whether the store may append a row group that stands alone.
inline bool LetsStoreCopy(const MergeOptions& options, int64_t bytes) {
  return options.copy && options.by_store_from > 0 && bytes >= options.by_store_from;
}

// Of a row group of an input, as its chunks say; not negative.
int64_t CompressedBytes(const RowGroup& group);

}  // namespace pqpack
