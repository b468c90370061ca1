// SPDX-License-Identifier: Apache-2.0
#include "execute/empty_row_group.h"

#include <fmt/format.h>

namespace pqpack {

Status CheckEmptyRowGroup(const RowGroup& group) {
  for (const ColumnChunk& chunk : group.columns) {
    if (!chunk.meta_data || chunk.meta_data->num_values == 0) continue;
    return Error(ErrorCode::kCorrupt,
                 fmt::format("column {}: the footer says 0 rows, but {} values",
                             chunk.meta_data->Path(), chunk.meta_data->num_values));
  }
  return Status::OK();
}

}  // namespace pqpack
