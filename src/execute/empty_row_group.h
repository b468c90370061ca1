// SPDX-License-Identifier: Apache-2.0
//
// A row group without rows is left out of outputs (arrow-adbc#1847: Snowflake loses rows over
// it), so there must be nothing in it.  Pure.
#pragma once

#include "base/status.h"
#include "format/row_group.h"

namespace pqpack {

// `group` says that it has no rows.  kCorrupt, naming the column: one of its chunks has values.
Status CheckEmptyRowGroup(const RowGroup& group);

}  // namespace pqpack
