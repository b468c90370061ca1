// SPDX-License-Identifier: Apache-2.0
//
// The list is a depth-first walk, so one pass with a stack of open groups builds
// the tree; no recursion, the depth comes from the file.
#include "format/schema_tree.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace pqpack {
namespace {

Status Broken(int i, const SchemaElement& element, const std::string& problem) {
  return Error(ErrorCode::kCorrupt,
               fmt::format("schema element {} ('{}'): {}", i, element.name, problem));
}

Status CheckLeaf(int i, const SchemaElement& element) {
  const auto type = static_cast<int32_t>(*element.type);
  if (type < 0 || type > static_cast<int32_t>(PhysicalType::kFixedLenByteArray)) {
    return Error(ErrorCode::kUnsupported,
                 fmt::format("schema element {} ('{}'): physical type {} is not known", i,
                             element.name, type));
  }
  if (*element.type == PhysicalType::kFixedLenByteArray && element.type_length.value_or(0) <= 0) {
    return Broken(
        i, element,
        fmt::format("FIXED_LEN_BYTE_ARRAY of length {}", element.type_length.value_or(0)));
  }
  return Status::OK();
}

}  // namespace

Status SchemaTree::CheckElement(int i) const {
  const SchemaElement& self = element(i);
  const int64_t children = self.num_children.value_or(0);
  if (children < 0) return Broken(i, self, fmt::format("{} children", children));
  if (i == 0) return Status::OK();  // the root has neither type nor repetition that counts
  if (!self.repetition) return Broken(i, self, "no repetition type");
  const auto repetition = static_cast<int32_t>(*self.repetition);
  if (repetition < 0 || repetition > static_cast<int32_t>(Repetition::kRepeated)) {
    return Broken(i, self, fmt::format("repetition type {}", repetition));
  }
  if (!self.type) return Status::OK();
  if (children > 0) return Broken(i, self, "a physical type and children");
  return CheckLeaf(i, self);
}

Result<SchemaTree> SchemaTree::Make(std::span<const SchemaElement> elements) {
  if (elements.empty()) return Error(ErrorCode::kCorrupt, "the schema has no elements");
  SchemaTree tree(elements);
  tree.nodes_.reserve(elements.size());
  struct Open {
    int node;
    int64_t missing;  // children that are still to come
  };
  std::vector<Open> open;
  const int count = static_cast<int>(elements.size());
  for (int i = 0; i < count; ++i) {
    const SchemaElement& element = elements[static_cast<size_t>(i)];
    PQ_RETURN_NOT_OK(tree.CheckElement(i));
    if (i > 0 && open.empty()) return Broken(i, element, "belongs to no group");
    Node node;
    if (i > 0) {
      const Node& parent = tree.node(open.back().node);
      --open.back().missing;
      node.parent = open.back().node;
      node.depth = static_cast<int16_t>(parent.depth + 1);
      const bool defined = *element.repetition != Repetition::kRequired;
      const bool repeated = *element.repetition == Repetition::kRepeated;
      node.max_definition_level = static_cast<int16_t>(parent.max_definition_level + defined);
      node.max_repetition_level = static_cast<int16_t>(parent.max_repetition_level + repeated);
    }
    if (node.depth > kMaxSchemaDepth) {
      return Error(ErrorCode::kTooLarge,
                   fmt::format("the schema is nested deeper than {}", kMaxSchemaDepth),
                   "Write the file again with a flatter schema.");
    }
    if (i > 0 && element.type) {
      node.leaf = static_cast<int32_t>(tree.leaves_.size());
      tree.leaves_.push_back(i);
    }
    tree.nodes_.push_back(node);
    open.push_back({i, element.num_children.value_or(0)});
    while (!open.empty() && open.back().missing == 0) {
      tree.nodes_[static_cast<size_t>(open.back().node)].end = i + 1;
      open.pop_back();
    }
  }
  if (!open.empty()) {
    const int i = open.back().node;
    return Broken(i, elements[static_cast<size_t>(i)],
                  fmt::format("{} of its {} children are missing", open.back().missing,
                              tree.element(i).num_children.value_or(0)));
  }
  return tree;
}

std::vector<int> SchemaTree::Children(int i) const {
  std::vector<int> children;
  for (int child = i + 1; child < node(i).end; child = node(child).end) children.push_back(child);
  return children;
}

std::vector<std::string_view> SchemaTree::Path(int i) const {
  std::vector<std::string_view> path;
  for (; i > 0; i = node(i).parent) path.push_back(element(i).name);
  std::reverse(path.begin(), path.end());
  return path;
}

std::string SchemaTree::DottedPath(int i) const {
  return fmt::format("{}", fmt::join(Path(i), "."));
}

bool SchemaTree::Annotated(int i, LogicalKind logical, ConvertedType converted) const {
  const SchemaElement& self = element(i);
  if (self.logical_type) return self.logical_type->kind == logical;
  return self.converted_type == converted;
}

bool SchemaTree::IsList(int i) const {
  return !is_leaf(i) && Annotated(i, LogicalKind::kList, ConvertedType::kList);
}

bool SchemaTree::IsMap(int i) const {
  return !is_leaf(i) && Annotated(i, LogicalKind::kMap, ConvertedType::kMap);
}

int SchemaTree::RepeatedGroup(int i, std::string_view name) const {
  const std::vector<int> children = Children(i);
  if (children.size() != 1 || is_leaf(children[0])) return -1;
  const SchemaElement& child = element(children[0]);
  return child.repetition == Repetition::kRepeated && child.name == name ? children[0] : -1;
}

bool SchemaTree::IsStandardList(int i) const {
  if (!IsList(i) || element(i).repetition == Repetition::kRepeated) return false;
  const int list = RepeatedGroup(i, "list");
  if (list < 0) return false;
  const std::vector<int> children = Children(list);
  return children.size() == 1 && element(children[0]).name == "element" &&
         element(children[0]).repetition != Repetition::kRepeated;
}

bool SchemaTree::IsStandardMap(int i) const {
  if (!IsMap(i) || element(i).repetition == Repetition::kRepeated) return false;
  const int pairs = RepeatedGroup(i, "key_value");
  if (pairs < 0) return false;
  const std::vector<int> children = Children(pairs);
  if (children.empty() || children.size() > 2 || element(children[0]).name != "key" ||
      element(children[0]).repetition != Repetition::kRequired) {
    return false;
  }
  // LogicalTypes.md, "Maps": the value may be left out.
  return children.size() == 1 || (element(children[1]).name == "value" &&
                                  element(children[1]).repetition != Repetition::kRepeated);
}

}  // namespace pqpack
