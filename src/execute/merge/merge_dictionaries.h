// SPDX-License-Identifier: Apache-2.0
//
// The dictionaries of a chunk's sources become one, as far as that pays, and what that makes of
// the indices of each.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/status.h"
#include "execute/merge/source_pages.h"
#include "execute/pages/merged_dictionary.h"

namespace pqpack {

// What becomes of the indices of a source.
struct IndexPlan {
  std::vector<uint32_t> map;  // to those of the merged dictionary; empty: the values instead
  bool same = false;          // the map changes nothing
};

struct DictionaryPlan {
  std::vector<IndexPlan> sources;          // of each
  std::optional<MergedDictionary> merged;  // absent: none is kept
};

// Errors as MergePages(); `sources[*failed]` is the one that they are about.
Result<DictionaryPlan> MergeDictionaries(std::span<const SourcePages> sources, const PageSums& sums,
                                         const ValueShape& shape, arrow::MemoryPool* pool,
                                         size_t* failed);

}  // namespace pqpack
