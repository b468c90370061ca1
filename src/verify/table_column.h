// SPDX-License-Identifier: Apache-2.0
//
// The columns of a schema in one canonical form, so that two schemas that say the same in
// different words are equal and any other two are not.  docs/verify.md has the table of
// what is mere spelling: the root, the two generations of annotations, the forms of lists
// and maps, whether null would be allowed where there is none.  Pure.
//
// Source: LogicalTypes.md, "Nested Types" and its backward-compatibility rules;
// parquet.thrift, ConvertedType and LogicalType.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "format/schema_tree.h"

namespace pqpack {

// One node on the way from below the root to the leaf.
struct Layer {
  std::string name;
  Repetition repetition = Repetition::kRequired;
  std::optional<LogicalType> annotation;
  bool interval = false;  // the one converted type that no logical type stands for

  bool repeated() const { return repetition == Repetition::kRepeated; }
  bool SameAs(const Layer& other) const {
    return name == other.name && repeated() == other.repeated() && annotation == other.annotation &&
           interval == other.interval;
  }
};

// "optional TIMESTAMP(MICROS, UTC)"
std::string ToString(const Layer& layer);

struct TableColumn {
  std::vector<Layer> layers;
  PhysicalType type{};
  int32_t length = 0;  // of FIXED_LEN_BYTE_ARRAY, else 0

  // As it is in this file; kAbsent: the file has no such column, so that it is null in all rows.
  static constexpr int kAbsent = -1;
  int number = 0;
  int16_t max_definition = 0;
  int16_t max_repetition = 0;
  // Definition levels on disk -> canonical ones, the number of layers that are there; empty:
  // they are the same.
  std::vector<int16_t> level_map;

  bool absent() const { return number == kAbsent; }
  std::string Path() const;  // dotted, for messages
  int16_t Canonical(int16_t level) const {
    return level_map.empty() ? level : level_map[static_cast<size_t>(level)];
  }
  // Of a slot that has a value.
  int16_t present() const { return static_cast<int16_t>(layers.size()); }
  // Same name, type, annotations and canonical levels: their values can be compared.
  bool SameAs(const TableColumn& other) const;
};

// In the order of the schema.
std::vector<TableColumn> TableColumnsOf(const SchemaTree& tree);

// "INT64 optional TIMESTAMP(MICROS, UTC)"; of a nested column all layers.
std::string Declaration(const TableColumn& column);

// What a slot of this canonical definition level lacks: "null", "null (at a.b)", "empty list
// (at a)", "null (no such column)"; empty for the highest level, where there is a value.
std::string AbsenceText(const TableColumn& column, int16_t definition);

}  // namespace pqpack
