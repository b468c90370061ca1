// SPDX-License-Identifier: Apache-2.0
#include "format/schema_element.h"

namespace pqpack {

void ReadStruct(CompactReader& in, SchemaElement* out) {
  StructReader field(in, "SchemaElement", &out->unknown);
  while (field.Next()) {
    switch (field.id()) {
      case 1:
        field.Read(&out->type);
        break;
      case 2:
        field.Read(&out->type_length);
        break;
      case 3:
        field.Read(&out->repetition);
        break;
      case 4:
        field.Read(&out->name);
        break;
      case 5:
        field.Read(&out->num_children);
        break;
      case 6:
        field.Read(&out->converted_type);
        break;
      case 7:
        field.Read(&out->scale);
        break;
      case 8:
        field.Read(&out->precision);
        break;
      case 9:
        field.Read(&out->field_id);
        break;
      case 10:
        field.Read(&out->logical_type);
        break;
      default:
        field.Keep();
    }
  }
  field.Require({4});
}

}  // namespace pqpack
