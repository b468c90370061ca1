// SPDX-License-Identifier: Apache-2.0
//
// Which inputs can share outputs, and how the columns of each become those of the output.
//
// No column of any input is ever dropped.  Names match whatever their case (ASCII); a set has
// the union of its files' columns in the table's order, then in order of first appearance.
// A column that a file lacks is null there, so it is OPTIONAL in the output, as is one that
// is so in any file.  Types differ within a set only where the table's schema names the wider
// one (widening.h).  Files whose metadata make dates and times mean something else
// (key_values.h) never share a set.
//
// Pure.
//
// Source: LogicalTypes.md, "Nested Types"; README.md, "Nested Encoding".
#pragma once

#include <parquet/schema.h>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "diagnose/findings.h"
#include "execute/output_layout.h"
#include "execute/schema_node.h"
#include "format/footer.h"
#include "format/leaf.h"
#include "target/target.h"

namespace pqpack {

// As the catalog has it: "bigint", "decimal(10,2)", "struct<...>".
struct DeclaredColumn {
  std::string name, type;
};
using TableColumns = std::vector<DeclaredColumn>;  // in the table's order; may be empty

// Inputs of one schema.
struct InputShape {
  std::shared_ptr<parquet::schema::GroupNode> source;  // enough to decode
  // Of each of their columns: as it is written, with the conversion and the level map to it.
  std::vector<SchemaNode> leaves;
  std::vector<int> column_of;  // of each leaf of the output, in the input; -1: it has none
};

struct MergeSet {
  std::vector<int> inputs;  // by number, in the order that was given
  std::string reason;       // why they are no part of the main set; empty for that one

  SchemaNode schema;  // of the output
  std::vector<Leaf> leaves;
  std::vector<InputShape> shapes;
  std::vector<int> shape_of;  // of each of `inputs`, in `shapes`
  std::optional<KeyValuePairs> key_values;
  std::vector<Finding> warnings;  // what of the files' metadata is not in the output
};

// At least one set for at least one footer, the main one (most inputs) first.  Footers have passed
// ValidateFooter().  kUnsupported: an annotation that can't be carried over, or a LIST or MAP
// that is none although the target needs its standard form; the message has the number of
// the input, for who knows its name.
Result<std::vector<MergeSet>> GroupInputs(std::span<const FileMetaData* const> footers,
                                          const TableColumns& columns, const Target& target);

}  // namespace pqpack
