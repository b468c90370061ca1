// SPDX-License-Identifier: Apache-2.0
//
// The schema of an output whose pages are copied: what encoding the file anew would have
// written, element by element, with the fields of the source that we have no name for.
#pragma once

#include <vector>

#include "base/status.h"
#include "execute/schema_node.h"
#include "format/schema_element.h"

namespace pqpack {

Result<std::vector<SchemaElement>> CopiedSchema(const SchemaNode& output,
                                                const std::vector<SchemaElement>& source);

}  // namespace pqpack
