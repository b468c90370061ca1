// SPDX-License-Identifier: Apache-2.0
#include "format/key_value.h"

namespace pqpack {

void ReadStruct(CompactReader& in, KeyValue* out) {
  StructReader field(in, "KeyValue", &out->unknown);
  while (field.Next()) {
    switch (field.id()) {
      case 1:
        field.Read(&out->key);
        break;
      case 2:
        field.Read(&out->value);
        break;
      default:
        field.Keep();
    }
  }
  field.Require({1});
}

}  // namespace pqpack
