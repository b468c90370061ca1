// SPDX-License-Identifier: Apache-2.0
//
// The schema as a tree that can be changed before it is written: what the
// footer's flattened list says, with the two generations of annotations
// (ConvertedType, LogicalType) merged into one.
#pragma once

#include <parquet/schema.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "format/leaf.h"
#include "format/schema_tree.h"

namespace pqpack {

// How the values of a leaf change on their way (convert_values.h does it).
enum class Conversion {
  kNone,
  kNanosToMicros,    // INT64 -> INT64
  kMillisToMicros,   // INT32 -> INT64
  kInt96ToMicros,    // INT96 -> INT64
  kUint32ToInt64,    // INT32 -> INT64
  kUint64ToDecimal,  // INT64 -> FIXED_LEN_BYTE_ARRAY(9), DECIMAL(20,0)
  kFloat16ToFloat,   // FIXED_LEN_BYTE_ARRAY(2) -> FLOAT
  // Of files that are merged, to the wider type (merge/widening.h).
  kInt32ToInt64,   // INT32 -> INT64
  kFloatToDouble,  // FLOAT -> DOUBLE
  kInt32ToFixed,   // DECIMAL in INT32 -> in FIXED_LEN_BYTE_ARRAY
  kInt64ToFixed,   // DECIMAL in INT64 -> in FIXED_LEN_BYTE_ARRAY
  kFixedToFixed,   // DECIMAL in FIXED_LEN_BYTE_ARRAY -> in a longer one
};

struct SchemaNode {
  std::string name;
  Repetition repetition = Repetition::kRequired;
  std::optional<int32_t> field_id;
  std::shared_ptr<const parquet::LogicalType> annotation;  // null: none
  bool had_converted_type = false;                         // in the file, beside it or alone

  // Leaves.
  std::optional<PhysicalType> type;  // absent: a group
  int32_t type_length = 0;
  Conversion conversion = Conversion::kNone;
  // Definition levels on disk -> levels to write; -1: must not occur.  Empty: unchanged.
  std::vector<int16_t> level_map;
  bool string_if_utf8 = false;  // annotated as STRING if every value of the file allows it

  std::vector<SchemaNode> children;

  bool is_leaf() const { return type.has_value(); }
};

inline bool IsRepeated(const SchemaNode& node) { return node.repetition == Repetition::kRepeated; }
inline bool IsList(const SchemaNode& node) { return node.annotation && node.annotation->is_list(); }
inline bool IsMap(const SchemaNode& node) { return node.annotation && node.annotation->is_map(); }

// The root is REQUIRED whatever the file says.  kUnsupported: an annotation that
// cannot be carried over.
Result<SchemaNode> SchemaNodeOf(const SchemaTree& tree);

// The same as Parquet's C++ library wants it; `annotated` false leaves out what
// only describes the values (enough to decode them).
// kUnsupported where the annotation does not go with the type.
Result<std::shared_ptr<parquet::schema::GroupNode>> ToParquetSchema(const SchemaNode& root,
                                                                    bool annotated);

// The names and types of the leaves, in column order.
std::vector<Leaf> NamedLeavesOf(const SchemaNode& root);

// Leaves in column order.
std::vector<SchemaNode*> LeavesOf(SchemaNode& root);
std::vector<const SchemaNode*> LeavesOf(const SchemaNode& root);

}  // namespace pqpack
