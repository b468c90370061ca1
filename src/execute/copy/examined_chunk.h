// SPDX-License-Identifier: Apache-2.0
//
// A column chunk of a writer that is not known, read whole before its pages are copied: what is
// said of it that the pages bear out.
#pragma once

#include <string>

#include "base/status.h"
#include "diagnose/deep/read_pages.h"
#include "format/row_group.h"

namespace pqpack {

struct ExaminedChunk {
  std::string problem;  // why its pages can't be copied; empty: they can
  // The footer's, without what was not seen to be right: bounds and null counts stay where they
  // hold; nothing that only a writer can know does, page indexes among it.
  ColumnChunk chunk;
  bool sorted = true;         // as far as sorting_columns name it first
  bool filter_holds = false;  // every value was held against the Bloom filter
};

// `place` names row group and column, `filter` is where the bits of the chunk's Bloom filter are;
// empty: there are none to be held against.  Errors as DeepCheck(): what is wrong with the bytes is
// a problem, none of these.
Result<ExaminedChunk> ExamineChunk(const DeepInput& input, const Place& place, ByteRange filter);

}  // namespace pqpack
