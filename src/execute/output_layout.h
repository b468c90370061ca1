// SPDX-License-Identifier: Apache-2.0
//
// What a rewrite has decided before the first byte is read: the schemas on both
// sides and how each column is encoded.  Immutable once planned.
#pragma once

#include <arrow/util/key_value_metadata.h>
#include <parquet/properties.h>
#include <parquet/schema.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "execute/column_source.h"
#include "execute/schema_node.h"
#include "format/types.h"
#include "target/target.h"

namespace pqpack {

// How one column is encoded, in every row group.
struct ColumnLayout {
  std::string path;  // of the output, dotted
  Codec codec = Codec::kUncompressed;
  bool dictionary = false;
  std::optional<Encoding> encoding;  // of values outside of a dictionary; absent: PLAIN
};

struct OutputLayout {
  SchemaNode tree;  // of the output; its leaves carry the conversions
  std::shared_ptr<parquet::schema::GroupNode> source_schema, output_schema;
  std::vector<ColumnLayout> columns;
  std::shared_ptr<const arrow::KeyValueMetadata> key_values;  // null: none
  std::vector<parquet::SortingColumn> sorting;
  WriterQuirks quirks;
};

// kInternal where the library refuses a setting.
Result<std::shared_ptr<parquet::WriterProperties>> PropertiesOf(const OutputLayout& layout,
                                                                const Target& target,
                                                                arrow::MemoryPool* pool);

}  // namespace pqpack
