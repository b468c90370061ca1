// SPDX-License-Identifier: Apache-2.0
//
// Only comparisons of keys that are strings with plain texts: how Glue compares '01' with an
// integer is not documented, and Trino asks for no other types either unless it is told that
// all values are spelled canonically (GlueExpressionUtil.java).  An AND can leave out what can't
// be asked, which selects more; an OR can't.  Keys that are words of Glue's SQL parser are
// refused by it, and then all is asked for (glue_partitions.h).
#include "catalog/glue/glue_expression.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "catalog/names.h"
#include "catalog/predicate_tree.h"

namespace pqpack {
namespace {

using Node = PredicateNode;

constexpr size_t kLongest = 2047;  // "fewer than 2,048 characters", GetPartitions

constexpr std::array<std::string_view, 6> kOperators = {"=", "<>", "<", "<=", ">", ">="};

bool IsString(const std::string& type) {
  const std::string lower = LowerCase(type);
  return lower == "string" || lower.starts_with("varchar");
}

bool IsPlainName(const std::string& name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

// In any order of characters these are the same for everybody.
bool IsPlainText(const std::string& text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return c >= ' ' && c <= '~' && c != '\'' && c != '\\';
  });
}

std::optional<std::string> Weaken(const Node& node);

std::optional<std::string> WeakenAll(const Node& node) {
  const bool is_and = node.kind == Node::kAnd;
  std::string all;
  for (const Node& child : node.children) {
    const auto part = Weaken(child);
    if (!part && !is_and) return std::nullopt;
    if (!part) continue;
    if (!all.empty()) all += is_and ? " AND " : " OR ";
    all += *part;
  }
  if (all.empty()) return std::nullopt;
  return '(' + all + ')';
}

std::optional<std::string> WeakenComparison(const Node& node) {
  if (node.op == Node::kNotEqual || node.value_kind != ValueKind::kText || !node.value ||
      !IsString(node.key.type) || !IsPlainName(node.key.name)) {
    return std::nullopt;
  }
  const auto* text = std::get_if<std::string>(&*node.value);
  if (text == nullptr || !IsPlainText(*text)) return std::nullopt;
  return '(' + node.key.name + ' ' + std::string(kOperators.at(node.op)) + " '" + *text + "')";
}

std::optional<std::string> Weaken(const Node& node) {
  if (node.kind == Node::kAnd || node.kind == Node::kOr) return WeakenAll(node);
  if (node.kind == Node::kCompare) return WeakenComparison(node);
  return std::nullopt;
}

}  // namespace

std::string GlueExpression(const Predicate& predicate) {
  if (predicate.selects_all()) return {};
  const std::string expression = Weaken(*predicate.root()).value_or("");
  return expression.size() > kLongest ? std::string() : expression;
}

}  // namespace pqpack
