// SPDX-License-Identifier: Apache-2.0
//
// Types that the target takes for something else: changed to its nearest one
// where that was asked for (--convert-types), else warned about.
#pragma once

#include "diagnose/findings.h"
#include "execute/schema_node.h"
#include "target/target.h"

namespace pqpack {

// Changes leaves in place; true if one of them has another type now.  Whether a
// value survives shows only when it is read.
bool ChangeTypes(SchemaNode* root, const Target& target, bool convert, Diagnosis* diagnosis);

}  // namespace pqpack
