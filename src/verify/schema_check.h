// SPDX-License-Identifier: Apache-2.0
//
// The schema of an output: the expected columns, and the forms that the target
// asks for.  Pure.
//
// Source: LogicalTypes.md, "Nested Types"; facts on readers: docs/targets.md.
#pragma once

#include "base/status.h"
#include "format/footer.h"
#include "format/schema_tree.h"
#include "target/target.h"
#include "verify/expected_output.h"

namespace pqpack {

// kMismatch, naming the column.
Status CheckSchema(const FileMetaData& footer, const SchemaTree& tree, const Target& target,
                   const ExpectedOutput& expected);

}  // namespace pqpack
