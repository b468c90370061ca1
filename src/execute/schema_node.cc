// SPDX-License-Identifier: Apache-2.0
#include "execute/schema_node.h"

#include <utility>

#include "execute/annotation.h"
#include "execute/parquet_call.h"

namespace pqpack {
namespace {

using parquet::schema::GroupNode;
using parquet::schema::NodePtr;
using parquet::schema::NodeVector;
using parquet::schema::PrimitiveNode;

Result<SchemaNode> NodeOf(const SchemaTree& tree, int i) {
  const SchemaElement& element = tree.element(i);
  SchemaNode node;
  node.name = element.name;
  if (element.field_id && *element.field_id >= 0) node.field_id = element.field_id;
  node.had_converted_type = element.converted_type.has_value();
  if (i > 0) {  // the root is a plain REQUIRED group whatever the file says
    node.repetition = *element.repetition;
    auto annotation = AnnotationOf(element);
    if (!annotation.ok()) {
      return Within("column " + tree.DottedPath(i), annotation.status());
    }
    node.annotation = *std::move(annotation);
    // The layer below a MAP used to be annotated, too; that never meant anything.
    if (tree.IsMap(tree.node(i).parent) && element.converted_type == ConvertedType::kMapKeyValue) {
      node.annotation = nullptr;
    }
  }
  if (tree.is_leaf(i)) {
    node.type = element.type;
    node.type_length = element.type_length.value_or(0);
  }
  for (const int child : tree.Children(i)) {
    PQ_ASSIGN(SchemaNode below, NodeOf(tree, child));
    node.children.push_back(std::move(below));
  }
  return node;
}

NodePtr ToParquetNode(const SchemaNode& node, bool annotated) {
  const auto repetition = static_cast<parquet::Repetition::type>(static_cast<int>(node.repetition));
  const int field_id = node.field_id.value_or(-1);
  const auto annotation = annotated ? node.annotation : nullptr;
  if (node.is_leaf()) {
    const auto type = static_cast<parquet::Type::type>(static_cast<int>(*node.type));
    return PrimitiveNode::Make(node.name, repetition, annotation, type, node.type_length, field_id);
  }
  NodeVector children;
  for (const SchemaNode& child : node.children) {
    children.push_back(ToParquetNode(child, annotated));
  }
  return GroupNode::Make(node.name, repetition, children, annotation, field_id);
}

template <typename Node>
void CollectLeaves(Node& node, std::vector<Node*>* out) {
  if (node.is_leaf()) out->push_back(&node);
  for (Node& child : node.children) CollectLeaves(child, out);
}

void CollectNamed(const SchemaNode& node, std::vector<std::string>* path,
                  std::vector<Leaf>* leaves) {
  if (node.is_leaf()) leaves->push_back({*path, *node.type});
  for (const SchemaNode& child : node.children) {
    path->push_back(child.name);
    CollectNamed(child, path, leaves);
    path->pop_back();
  }
}

}  // namespace

Result<SchemaNode> SchemaNodeOf(const SchemaTree& tree) { return NodeOf(tree, 0); }

Result<std::shared_ptr<GroupNode>> ToParquetSchema(const SchemaNode& root, bool annotated) {
  std::shared_ptr<GroupNode> result;
  const Status status = WriteCall(
      [&] { result = std::static_pointer_cast<GroupNode>(ToParquetNode(root, annotated)); });
  // The nodes come from the file, so what the library refuses is the file's doing.
  if (!status.ok()) return Error(ErrorCode::kUnsupported, "schema: " + status.message());
  return result;
}

std::vector<Leaf> NamedLeavesOf(const SchemaNode& root) {
  std::vector<std::string> path;
  std::vector<Leaf> leaves;
  CollectNamed(root, &path, &leaves);
  return leaves;
}

std::vector<SchemaNode*> LeavesOf(SchemaNode& root) {
  std::vector<SchemaNode*> leaves;
  CollectLeaves(root, &leaves);
  return leaves;
}

std::vector<const SchemaNode*> LeavesOf(const SchemaNode& root) {
  std::vector<const SchemaNode*> leaves;
  CollectLeaves(root, &leaves);
  return leaves;
}

}  // namespace pqpack
