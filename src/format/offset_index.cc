// SPDX-License-Identifier: Apache-2.0
#include "format/offset_index.h"

namespace pqpack {

void ReadStruct(CompactReader& in, PageLocation* out) {
  StructReader field(in, "PageLocation", &out->unknown);
  while (field.Next()) {
    switch (field.id()) {
      case 1:
        field.Read(&out->offset);
        break;
      case 2:
        field.Read(&out->compressed_page_size);
        break;
      case 3:
        field.Read(&out->first_row_index);
        break;
      default:
        field.Keep();
    }
  }
  field.Require({1, 2, 3});
}

void ReadStruct(CompactReader& in, OffsetIndex* out) {
  StructReader field(in, "OffsetIndex", &out->unknown);
  while (field.Next()) {
    switch (field.id()) {
      case 1:
        field.Read(&out->page_locations);
        break;
      case 2:
        field.Read(&out->unencoded_byte_array_data_bytes);
        break;
      default:
        field.Keep();
    }
  }
  field.Require({1});
}

Result<OffsetIndex> ParseOffsetIndex(Bytes bytes) {
  return ParseWhole<OffsetIndex>(bytes, "offset index");
}

}  // namespace pqpack
