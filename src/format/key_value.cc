// SPDX-License-Identifier: Apache-2.0
#include "format/key_value.h"

#include "format/struct_fields.h"

namespace pqpack {
namespace {

constexpr auto kKeyValue =
    StructFields<KeyValue>("KeyValue", Field(1, &KeyValue::key), Field(2, &KeyValue::value));

}  // namespace

void ReadStruct(CompactReader& in, KeyValue* out) { kKeyValue.Read(in, out); }
void WriteStruct(CompactWriter& out, const KeyValue& value) { kKeyValue.Write(out, value); }

}  // namespace pqpack
