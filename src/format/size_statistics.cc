// SPDX-License-Identifier: Apache-2.0
#include "format/size_statistics.h"

namespace pqpack {

void ReadStruct(CompactReader& in, SizeStatistics* out) {
  StructReader field(in, "SizeStatistics", &out->unknown);
  while (field.Next()) {
    switch (field.id()) {
      case 1:
        field.Read(&out->unencoded_byte_array_data_bytes);
        break;
      case 2:
        field.Read(&out->repetition_level_histogram);
        break;
      case 3:
        field.Read(&out->definition_level_histogram);
        break;
      default:
        field.Keep();
    }
  }
}

}  // namespace pqpack
