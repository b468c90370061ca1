// SPDX-License-Identifier: Apache-2.0
#include "catalog/predicate.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "catalog/predicate_tree.h"

namespace pqpack {
namespace {

using Node = PredicateNode;

Truth AsTruth(bool holds) { return holds ? Truth::kTrue : Truth::kFalse; }

bool Holds(Node::Operator op, std::strong_ordering order) {
  switch (op) {
    case Node::kEqual:
      return order == 0;
    case Node::kNotEqual:
      return order != 0;
    case Node::kLess:
      return order < 0;
    case Node::kLessEqual:
      return order <= 0;
    case Node::kGreater:
      return order > 0;
    case Node::kGreaterEqual:
      return order >= 0;
  }
  return false;
}

Result<Truth> TruthOf(const Node& node, const PartitionValues& values);

// All children are looked at, so whether there is an error does not depend on their order.
Result<Truth> TruthOfAll(const Node& node, const PartitionValues& values) {
  const bool least = node.kind == Node::kAnd;
  Truth truth = least ? Truth::kTrue : Truth::kFalse;
  for (const Node& child : node.children) {
    PQ_ASSIGN(const Truth of_child, TruthOf(child, values));
    truth = least ? std::min(truth, of_child) : std::max(truth, of_child);
  }
  return truth;
}

Truth Opposite(Truth truth) {
  if (truth == Truth::kUnknown) return truth;
  return truth == Truth::kTrue ? Truth::kFalse : Truth::kTrue;
}

Result<Truth> TruthOfComparison(const Node& node, const std::string& text) {
  const auto value = ParseValue(node.value_kind, text);
  if (value && node.value) {
    return AsTruth(Holds(node.op, Compare(*value, *node.value)));
  }
  if (value || node.lenient) return Truth::kUnknown;
  return Error(ErrorCode::kConfig,
               fmt::format("the partition value '{}' of column '{}' is none of type {}", text,
                           node.key.name, node.key.type),
               "Give the column another type with --partition_types, or rename the folder.");
}

Result<Truth> TruthOf(const Node& node, const PartitionValues& values) {
  switch (node.kind) {
    case Node::kAnd:
    case Node::kOr:
      return TruthOfAll(node, values);
    case Node::kNot: {
      PQ_ASSIGN(const Truth inner, TruthOf(node.children.front(), values));
      return Opposite(inner);
    }
    default:
      break;
  }
  if (node.column >= values.size()) {
    return Error(ErrorCode::kInternal,
                 fmt::format("a partition has {} values and none for column '{}'", values.size(),
                             node.key.name));
  }
  const auto& text = values[node.column];
  if (node.kind == Node::kIsNull) return AsTruth(!text.has_value());
  if (!text) return Truth::kUnknown;
  if (node.kind == Node::kLike) return AsTruth(node.pattern->Matches(*text));
  return TruthOfComparison(node, *text);
}

}  // namespace

Result<Predicate> Predicate::Parse(std::string_view text, const std::vector<Column>& keys) {
  Predicate predicate;
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return predicate;
  PQ_ASSIGN(auto root, ParsePredicate(text, keys));
  predicate.root_ = std::make_shared<const PredicateNode>(std::move(root));
  return predicate;
}

Result<Truth> Predicate::Evaluate(const PartitionValues& values) const {
  if (selects_all()) return Truth::kTrue;
  return TruthOf(*root_, values);
}

Result<bool> Selects(const Predicate& predicate, const Partition& partition) {
  PQ_ASSIGN(const Truth truth, predicate.Evaluate(partition.values));
  return truth == Truth::kTrue;
}

}  // namespace pqpack
