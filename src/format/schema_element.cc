// SPDX-License-Identifier: Apache-2.0
#include "format/schema_element.h"

#include "format/struct_fields.h"

namespace pqpack {
namespace {

constexpr auto kSchemaElement = StructFields<SchemaElement>(
    "SchemaElement", Field(1, &SchemaElement::type), Field(2, &SchemaElement::type_length),
    Field(3, &SchemaElement::repetition), Field(4, &SchemaElement::name),
    Field(5, &SchemaElement::num_children), Field(6, &SchemaElement::converted_type),
    Field(7, &SchemaElement::scale), Field(8, &SchemaElement::precision),
    Field(9, &SchemaElement::field_id), Field(10, &SchemaElement::logical_type));

}  // namespace

void ReadStruct(CompactReader& in, SchemaElement* out) { kSchemaElement.Read(in, out); }
void WriteStruct(CompactWriter& out, const SchemaElement& value) {
  kSchemaElement.Write(out, value);
}

}  // namespace pqpack
