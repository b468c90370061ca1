// SPDX-License-Identifier: Apache-2.0
#include "format/column_index.h"

namespace pqpack {

void ReadStruct(CompactReader& in, ColumnIndex* out) {
  StructReader field(in, "ColumnIndex", &out->unknown);
  while (field.Next()) {
    switch (field.id()) {
      case 1:
        field.Read(&out->null_pages);
        break;
      case 2:
        field.Read(&out->min_values);
        break;
      case 3:
        field.Read(&out->max_values);
        break;
      case 4:
        field.Read(&out->boundary_order);
        break;
      case 5:
        field.Read(&out->null_counts);
        break;
      case 6:
        field.Read(&out->repetition_level_histograms);
        break;
      case 7:
        field.Read(&out->definition_level_histograms);
        break;
      case 8:
        field.Read(&out->nan_counts);
        break;
      default:
        field.Keep();
    }
  }
  field.Require({1, 2, 3, 4});
}

Result<ColumnIndex> ParseColumnIndex(Bytes bytes) {
  return ParseWhole<ColumnIndex>(bytes, "column index");
}

}  // namespace pqpack
