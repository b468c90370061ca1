// SPDX-License-Identifier: Apache-2.0
#include "verify/schema_check.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

#include "verify/mismatch.h"

namespace pqpack {
namespace {

Status CheckLeaves(const SchemaTree& tree, const ExpectedOutput& expected) {
  if (tree.leaves().size() != expected.leaves.size()) {
    return Mismatch("the output has {} columns instead of {}", tree.leaves().size(),
                    expected.leaves.size());
  }
  for (size_t c = 0; c < expected.leaves.size(); ++c) {
    const int leaf = tree.leaves()[c];
    const Leaf& wanted = expected.leaves[c];
    if (!std::ranges::equal(tree.Path(leaf), wanted.path)) {
      return Mismatch("column {} is called '{}' instead of '{}'", c, tree.DottedPath(leaf),
                      fmt::join(wanted.path, "."));
    }
    if (*tree.element(leaf).type != wanted.type) {
      return Mismatch("column {} ({}) is {} instead of {}", c, tree.DottedPath(leaf),
                      ToString(*tree.element(leaf).type), ToString(wanted.type));
    }
  }
  return Status::OK();
}

// A repeated node stands inside of a list or map in the standard form, or it is
// what older readers take for a field of its own.
Status CheckNames(const SchemaTree& tree, int node) {
  if (tree.IsList(node) && !tree.IsStandardList(node)) {
    return Mismatch("the list '{}' is not `repeated group list {{ element }}`",
                    tree.DottedPath(node));
  }
  if (tree.IsMap(node) && !tree.IsStandardMap(node)) {
    return Mismatch("the map '{}' is not `repeated group key_value {{ required key; [value] }}`",
                    tree.DottedPath(node));
  }
  if (node == 0 || tree.element(node).repetition != Repetition::kRepeated) return Status::OK();
  const int parent = tree.node(node).parent;
  if (tree.IsList(parent) || tree.IsMap(parent)) return Status::OK();
  return Mismatch("'{}' is repeated without being a list or map", tree.DottedPath(node));
}

std::optional<ConvertedType> ConvertedOf(const LogicalType& type) {
  if (type.kind != LogicalKind::kTimestamp) return std::nullopt;
  if (type.unit == TimeUnit::kMillis) return ConvertedType::kTimestampMillis;
  if (type.unit == TimeUnit::kMicros) return ConvertedType::kTimestampMicros;
  return std::nullopt;
}

Status CheckConvertedType(const SchemaTree& tree, int node) {
  const SchemaElement& element = tree.element(node);
  if (!element.logical_type) return Status::OK();
  const auto wanted = ConvertedOf(*element.logical_type);
  if (!wanted || element.converted_type == wanted) return Status::OK();
  return Mismatch("'{}' is {} without the converted type {}", tree.DottedPath(node),
                  ToString(*element.logical_type), ToString(*wanted));
}

}  // namespace

Status CheckSchema(const FileMetaData& footer, const SchemaTree& tree, const Target& target,
                   const ExpectedOutput& expected) {
  if (tree.element(0).repetition.value_or(Repetition::kRequired) != Repetition::kRequired) {
    return Mismatch("the schema's root is {}", ToString(*tree.element(0).repetition));
  }
  PQ_RETURN_NOT_OK(CheckLeaves(tree, expected));
  for (int node = 0; node < tree.size(); ++node) {
    if (target.three_level_lists) PQ_RETURN_NOT_OK(CheckNames(tree, node));
    if (target.force_converted_types) PQ_RETURN_NOT_OK(CheckConvertedType(tree, node));
  }
  if (footer.column_orders && footer.column_orders->size() != tree.leaves().size()) {
    return Mismatch("the output has {} column orders for {} columns", footer.column_orders->size(),
                    tree.leaves().size());
  }
  return Status::OK();
}

}  // namespace pqpack
