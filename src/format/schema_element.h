// SPDX-License-Identifier: Apache-2.0
//
// One node of the schema, in the footer's flattened order (depth first).
// Source: parquet.thrift, SchemaElement.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "format/compact_reader.h"
#include "format/compact_writer.h"
#include "format/logical_type.h"
#include "format/types.h"

namespace pqpack {

struct SchemaElement {
  std::optional<PhysicalType> type;  // of leaves
  std::optional<int32_t> type_length;
  std::optional<Repetition> repetition;  // the root should have none
  std::string name;
  std::optional<int32_t> num_children;
  std::optional<ConvertedType> converted_type;
  std::optional<int32_t> scale;
  std::optional<int32_t> precision;
  std::optional<int32_t> field_id;
  std::optional<LogicalType> logical_type;
  UnknownFields unknown;
  bool operator==(const SchemaElement&) const = default;
};

void ReadStruct(CompactReader& in, SchemaElement* out);
void WriteStruct(CompactWriter& out, const SchemaElement& value);

}  // namespace pqpack
