// SPDX-License-Identifier: Apache-2.0
//
// How the columns of one schema become those of the union that it is part of.  Pure.
//
// Source: README.md, "Nested Encoding".
#pragma once

#include <vector>

#include "base/status.h"
#include "execute/merge/group_inputs.h"
#include "execute/schema_node.h"

namespace pqpack {

// A schema as its file has it, and as the target names it, which has the same leaves.
struct SourceSchema {
  SchemaNode on_disk, standard;
};

// `place_of`: for each column of the source, the number of its column in `output`.
Result<InputShape> MapLeaves(const SourceSchema& source, const SchemaNode& output,
                             const std::vector<int>& place_of);

}  // namespace pqpack
