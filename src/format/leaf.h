// SPDX-License-Identifier: Apache-2.0
//
// A column of a file as its name and storage: what two files must agree on for
// one to be the copy of the other.
#pragma once

#include <string>
#include <vector>

#include "format/types.h"

namespace pqpack {

struct Leaf {
  std::vector<std::string> path;  // names from below the root to the leaf
  PhysicalType type{};
  bool operator==(const Leaf&) const = default;
};

}  // namespace pqpack
