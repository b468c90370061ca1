// SPDX-License-Identifier: Apache-2.0
//
// The tree behind the footer's flat list of schema elements, with the levels of
// every node.  Nodes are named by their place in that list: node i is element i,
// node 0 the root, and a node's descendants follow it.
//
// The elements must outlive the tree.  Immutable, thread-safe.
//
// Source: parquet.thrift, SchemaElement; README.md, "Nested Encoding";
// LogicalTypes.md, "Nested Types".
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "format/schema_element.h"

namespace pqpack {

// Readers recurse into the schema, Arrow among them: a list per level, which
// takes two levels of the schema, can nest to 128.
constexpr int kMaxSchemaDepth = 256;

class SchemaTree {
 public:
  struct Node {
    int32_t parent = -1;
    int32_t end = 0;    // one past the last descendant
    int32_t leaf = -1;  // which leaf it is: the number of its column
    int16_t depth = 0;  // 0: the root
    int16_t max_definition_level = 0;
    int16_t max_repetition_level = 0;
  };

  // kCorrupt: the elements are not one tree, or one of them is no node (a leaf
  // without a type, no repetition, ...); kUnsupported: a physical type that we do
  // not know; kTooLarge: deeper than kMaxSchemaDepth.
  static Result<SchemaTree> Make(std::span<const SchemaElement> elements);

  int size() const { return static_cast<int>(nodes_.size()); }
  const Node& node(int i) const { return nodes_[static_cast<size_t>(i)]; }
  const SchemaElement& element(int i) const { return elements_[static_cast<size_t>(i)]; }

  // Nodes of the leaves, which are the columns, in order.
  const std::vector<int>& leaves() const { return leaves_; }
  bool is_leaf(int i) const { return node(i).leaf >= 0; }
  std::vector<int> Children(int i) const;

  // Names from below the root to the node; dotted only for messages.
  std::vector<std::string_view> Path(int i) const;
  std::string DottedPath(int i) const;

  // Annotated as LIST or MAP, by either kind of annotation.
  bool IsList(int i) const;
  bool IsMap(int i) const;

  // A LIST in the standard form: `repeated group list { element }`.
  bool IsStandardList(int i) const;
  // A MAP in the standard form: `repeated group key_value { required key; [value] }`.
  bool IsStandardMap(int i) const;

 private:
  explicit SchemaTree(std::span<const SchemaElement> elements) : elements_(elements) {}

  Status CheckElement(int i) const;
  bool Annotated(int i, LogicalKind logical, ConvertedType converted) const;
  // The only child of i, when that is a repeated group of this name; else -1.
  int RepeatedGroup(int i, std::string_view name) const;

  std::span<const SchemaElement> elements_;
  std::vector<Node> nodes_;
  std::vector<int> leaves_;
};

}  // namespace pqpack
