// SPDX-License-Identifier: Apache-2.0
//
// One annotation out of the two generations that a schema element may carry.
#pragma once

#include <parquet/types.h>

#include <memory>

#include "base/status.h"
#include "format/schema_element.h"

namespace pqpack {

// Null where there is none.  The logical type counts where both are there.
// kUnsupported for one that we could not write again as it is.
Result<std::shared_ptr<const parquet::LogicalType>> AnnotationOf(const SchemaElement& element);

}  // namespace pqpack
