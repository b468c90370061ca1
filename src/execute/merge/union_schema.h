// SPDX-License-Identifier: Apache-2.0
//
// The columns of files of one table, joined one schema at a time; see group_inputs.h for the
// rules.  Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "execute/merge/group_inputs.h"
#include "execute/schema_node.h"

namespace pqpack {

// As names of columns are compared.
std::string FoldedName(std::string_view name);

// Two columns of one file whose names differ in case at the most; empty: there are none.
std::string NameCollision(const SchemaNode& root);

class UnionSchema {
 public:
  // Begins with the columns of a file.  `exact`: names may collide, so only files with the
  // very same columns in the same order can join.  `columns` outlives it.
  UnionSchema(const SchemaNode& root, const TableColumns& columns, bool exact);

  // Takes the columns of one more file in; or says why that can't be and stays as it is.
  std::string Join(const SchemaNode& root);

  // In the table's order.
  SchemaNode Schema() const;

  // For each column of a file that was joined: where it is in Schema().
  std::vector<int> PlacesOf(const SchemaNode& root) const;

 private:
  std::string JoinExactly(const SchemaNode& root) const;
  std::string_view TableType(const std::string& key) const;
  // Numbers of columns_ in the table's order.
  std::vector<size_t> Order() const;

  const TableColumns& table_;
  const bool exact_;
  SchemaNode root_;                                 // without its columns
  std::vector<SchemaNode> columns_;                 // in order of first appearance
  std::unordered_map<std::string, size_t> by_key_;  // of columns_, by their folded names
};

}  // namespace pqpack
