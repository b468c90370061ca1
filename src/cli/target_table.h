// SPDX-License-Identifier: Apache-2.0
//
// A target's entry of the table in target/, for people: what --dry-run prints
// ahead of the files.
#pragma once

#include <string>
#include <vector>

#include "target/target.h"

namespace pqpack::cli {

struct TargetRow {
  std::string what;
  std::string rule;
};

// What every output has, whatever the source had.
std::vector<TargetRow> StructureRows(const Target& target);

// Types that the target takes for something else, and what --convert-types
// makes of them.  Empty: it reads all of them.
std::vector<TargetRow> TypeRows(const Target& target);

}  // namespace pqpack::cli
