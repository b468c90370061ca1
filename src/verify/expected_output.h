// SPDX-License-Identifier: Apache-2.0
//
// What an output must hold, whatever its writer says: to be filled from the
// source's footer and the plan, not from what was written.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "format/leaf.h"
#include "verify/filter_check.h"

namespace pqpack {

struct ExpectedOutput {
  int64_t num_rows = 0;
  std::vector<int64_t> row_group_rows;  // of each row group; none of them 0
  std::vector<Leaf> leaves;             // in column order
  std::vector<std::string> keys;        // key-value metadata that must be there
  ExpectedFilters filters;              // none: the output has none
};

}  // namespace pqpack
