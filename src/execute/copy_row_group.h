// SPDX-License-Identifier: Apache-2.0
//
// One row group from source to writer, in the way that fits its memory: columns
// in parallel, one after another, or in several smaller row groups.
#pragma once

#include <parquet/schema.h>

#include <vector>

#include "base/status.h"
#include "execute/column_layout.h"
#include "execute/column_source.h"
#include "execute/output_file.h"
#include "execute/rewrite.h"
#include "execute/schema_node.h"

namespace pqpack {

// What all row groups of a file share.
struct CopyContext {
  ColumnSource& source;
  const parquet::SchemaDescriptor& source_columns;
  const std::vector<SchemaNode*>& leaves;  // as they are written
  const std::vector<ColumnLayout>& layouts;
  const RewriteOptions& options;
};

// Writes all rows of `group`, the file's first of which has the number
// `first_row`, and returns the rows of each row group made of it.  Errors name
// the column.
Result<std::vector<int64_t>> CopyRowGroup(const CopyContext& context, const RowGroup& group,
                                          int64_t first_row, OutputFile* output);

}  // namespace pqpack
