// SPDX-License-Identifier: Apache-2.0
//
// By which level the bytes of a merge's inputs went into its outputs.  Pure.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "execute/merge/group_inputs.h"
#include "execute/merge/merge_files.h"

namespace pqpack {

// Compressed bytes of the inputs' column chunks, by level (execute/merge/merge_files.h).
using LevelBytes = std::array<int64_t, 4>;

// Adds those of an output of `set`.
void AddLevels(std::span<const MergeInput> inputs, const MergeSet& set, const MergedOutput& output,
               LevelBytes* bytes);

}  // namespace pqpack
