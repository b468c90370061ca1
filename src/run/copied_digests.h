// SPDX-License-Identifier: Apache-2.0
//
// Digests of the Bloom filters that a merge may have copied, from the inputs, by which its outputs
// are checked: only of row groups that became one of the output as they are.
#pragma once

#include <optional>
#include <span>

#include "base/status.h"
#include "execute/merge/merge_files.h"
#include "verify/filter_check.h"

namespace pqpack {

// One thread.  What is borrowed outlives it.
class CopiedDigests {
 public:
  CopiedDigests(std::span<const MergeInput> inputs, const OpenInputs& open)
      : inputs_(inputs), open_(open) {}

  // By row group and column of the output; empty where no filter was copied.  Opens inputs that
  // have such filters once more.  Errors of reading, with the input's name.
  Result<FilterDigests> Of(const MergeSet& set, const MergedOutput& output);

 private:
  Result<const FilterDigests*> OfInput(int input);

  const std::span<const MergeInput> inputs_;
  const OpenInputs& open_;
  std::optional<int> input_;  // the one asked for last
  FilterDigests digests_;     // of it
};

}  // namespace pqpack
