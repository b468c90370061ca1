// SPDX-License-Identifier: Apache-2.0
//
// Lists and maps in the standard form, whatever form the file has them in.
// Only the schema changes: the older forms have the same levels as the standard
// form with required elements (LogicalTypes.md, "Nested Types").  The exception
// is a map key that is declared optional, whose levels move down by one.
#pragma once

#include "base/status.h"
#include "diagnose/findings.h"
#include "execute/schema_node.h"

namespace pqpack {

// Whether the repeated node below a LIST is the element itself, not a layer around it.
bool IsListElement(const SchemaNode& list, const SchemaNode& repeated);

// The order of the leaves stays.  kUnsupported: annotated as LIST or MAP, but
// neither by today's nor by an older form.
Status StandardiseNesting(SchemaNode* root, Diagnosis* diagnosis);

}  // namespace pqpack
