// SPDX-License-Identifier: Apache-2.0
#include "format/statistics.h"

namespace pqpack {

void ReadStruct(CompactReader& in, Statistics* out) {
  StructReader field(in, "Statistics", &out->unknown);
  while (field.Next()) {
    switch (field.id()) {
      case 1:
        field.Read(&out->max);
        break;
      case 2:
        field.Read(&out->min);
        break;
      case 3:
        field.Read(&out->null_count);
        break;
      case 4:
        field.Read(&out->distinct_count);
        break;
      case 5:
        field.Read(&out->max_value);
        break;
      case 6:
        field.Read(&out->min_value);
        break;
      case 7:
        field.Read(&out->is_max_value_exact);
        break;
      case 8:
        field.Read(&out->is_min_value_exact);
        break;
      case 9:
        field.Read(&out->nan_count);
        break;
      default:
        field.Keep();
    }
  }
}

}  // namespace pqpack
