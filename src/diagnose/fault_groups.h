// SPDX-License-Identifier: Apache-2.0
//
// The same said of many row groups, or of many columns, said once.  Pure.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "diagnose/check.h"

namespace pqpack {

struct FaultGroup {
  Fault first;
  int64_t places = 0;            // how many faults it stands for
  std::vector<int64_t> columns;  // those they name, in order, each once
};

// Faults of one check that say the same, per column: one for all row groups.
std::vector<FaultGroup> GroupByColumn(std::span<const Fault> faults);

// Faults of one check at the same severity and repair, whatever the place and the detail;
// the worst first.
std::vector<FaultGroup> GroupByCheck(std::span<const Fault> faults);

}  // namespace pqpack
