// SPDX-License-Identifier: Apache-2.0
#include "execute/merge/union_schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "execute/merge/widening.h"
#include "execute/nesting.h"

namespace pqpack {
namespace {

std::string TypeText(const SchemaNode& leaf) {
  std::string text = ToString(*leaf.type);
  if (leaf.annotation && !leaf.annotation->is_none()) text += " " + leaf.annotation->ToString();
  return text;
}

// What the name of a node says of it.
enum class Name {
  kItsField,
  kNothing,  // it is an element, a key or a value
  kOfLayer,  // likewise, and it is the layer around those
};

// Joins node and its descendants into *a; what does not go is told.
class NodeJoin {
 public:
  explicit NodeJoin(std::string_view table_type) : table_type_(table_type) {}

  std::string Join(SchemaNode* a, const SchemaNode& b, Name name, const std::string& path) {
    if (name == Name::kItsField && FoldedName(a->name) != FoldedName(b.name)) return Differs(path);
    if (IsRepeated(*a) != IsRepeated(b)) return path + " is repeated in one file, in another not";
    if (a->is_leaf() != b.is_leaf()) return Differs(path);
    if (b.repetition == Repetition::kOptional) a->repetition = Repetition::kOptional;
    if (a->field_id && b.field_id && *a->field_id != *b.field_id) {
      return fmt::format("{} has the field id {} in one file, in another {}", path, *a->field_id,
                         *b.field_id);
    }
    if (!a->field_id) a->field_id = b.field_id;
    return a->is_leaf() ? JoinLeaf(a, b, path) : JoinChildren(a, b, name, path);
  }

 private:
  static std::string Differs(const std::string& path) {
    return path + " has other fields in another file";
  }

  std::string JoinLeaf(SchemaNode* a, const SchemaNode& b, const std::string& path) const {
    if (SameType(*a, b)) return {};
    if (const auto wider = WiderType(*a, b, table_type_)) {
      *a = *wider;
      return {};
    }
    return fmt::format("{} is {} in one file, {} in another, and the table has no type for both",
                       path, TypeText(*a), TypeText(b));
  }

  // Of the children of a node, itself of that kind.
  static Name NamesBelow(const SchemaNode& node, Name name) {
    if (name == Name::kOfLayer) return Name::kNothing;
    if (IsMap(node)) return Name::kOfLayer;
    if (!IsList(node) || node.children.size() != 1) return Name::kItsField;
    return IsListElement(node, node.children.front()) ? Name::kNothing : Name::kOfLayer;
  }

  std::string JoinChildren(SchemaNode* a, const SchemaNode& b, Name name, const std::string& path) {
    const bool same = a->annotation == nullptr || b.annotation == nullptr
                          ? a->annotation == b.annotation
                          : a->annotation->Equals(*b.annotation);
    const Name below = NamesBelow(*a, name);
    if (!same || a->children.size() != b.children.size() || below != NamesBelow(b, name)) {
      return Differs(path);
    }
    table_type_ = {};  // it speaks of the column as a whole
    for (size_t i = 0; i < a->children.size(); ++i) {
      SchemaNode& child = a->children[i];
      std::string reason = Join(&child, b.children[i], below, path + "." + child.name);
      if (!reason.empty()) return reason;
    }
    return {};
  }

  std::string_view table_type_;
};

}  // namespace

std::string FoldedName(std::string_view name) {
  std::string folded(name);
  for (char& c : folded) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return folded;
}

std::string NameCollision(const SchemaNode& root) {
  std::unordered_map<std::string, const SchemaNode*> seen;
  for (const SchemaNode& column : root.children) {
    const auto [first, is_new] = seen.emplace(FoldedName(column.name), &column);
    if (!is_new)
      return fmt::format("columns {} and {} have the same name but for case", first->second->name,
                         column.name);
  }
  return {};
}

UnionSchema::UnionSchema(const SchemaNode& root, const TableColumns& columns, bool exact)
    : table_(columns), exact_(exact), columns_(root.children) {
  root_ = root;
  root_.children.clear();
  for (size_t i = 0; i < columns_.size(); ++i) by_key_.emplace(FoldedName(columns_[i].name), i);
}

std::string_view UnionSchema::TableType(const std::string& key) const {
  const auto column = std::ranges::find_if(
      table_, [&](const DeclaredColumn& one) { return FoldedName(one.name) == key; });
  return column == table_.end() ? std::string_view() : std::string_view(column->type);
}

std::string UnionSchema::JoinExactly(const SchemaNode& root) const {
  constexpr const char* kDifferent = "its columns collide, and this file has others";
  if (root.children.size() != columns_.size()) return kDifferent;
  for (size_t i = 0; i < columns_.size(); ++i) {
    SchemaNode column = columns_[i];
    const SchemaNode& other = root.children[i];
    if (column.name != other.name || column.repetition != other.repetition) return kDifferent;
    if (!NodeJoin({}).Join(&column, other, Name::kItsField, column.name).empty()) return kDifferent;
  }
  return {};
}

std::string UnionSchema::Join(const SchemaNode& root) {
  if (exact_) return JoinExactly(root);
  std::vector<SchemaNode> joined = columns_;
  std::vector<bool> there(joined.size());
  std::vector<const SchemaNode*> added;
  for (const SchemaNode& column : root.children) {
    const std::string key = FoldedName(column.name);
    const auto known = by_key_.find(key);
    if (known == by_key_.end()) {
      added.push_back(&column);
      continue;
    }
    there[known->second] = true;
    SchemaNode& into = joined[known->second];
    std::string reason = NodeJoin(TableType(key)).Join(&into, column, Name::kItsField, into.name);
    if (!reason.empty()) return "column " + reason;
  }
  const auto make_optional = [](SchemaNode* node) {
    if (node->repetition == Repetition::kRequired) node->repetition = Repetition::kOptional;
  };
  for (size_t i = 0; i < there.size(); ++i) {
    if (!there[i]) make_optional(&joined[i]);
  }
  for (const SchemaNode* column : added) {
    by_key_.emplace(FoldedName(column->name), joined.size());
    make_optional(&joined.emplace_back(*column));
  }
  columns_ = std::move(joined);
  return {};
}

std::vector<size_t> UnionSchema::Order() const {
  std::vector<size_t> order;
  std::vector<bool> taken(columns_.size());
  if (!exact_) {
    for (const DeclaredColumn& column : table_) {
      const auto known = by_key_.find(FoldedName(column.name));
      if (known == by_key_.end() || taken[known->second]) continue;
      order.push_back(known->second);
      taken[known->second] = true;
    }
  }
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (!taken[i]) order.push_back(i);
  }
  return order;
}

SchemaNode UnionSchema::Schema() const {
  SchemaNode schema = root_;
  for (const size_t i : Order()) schema.children.push_back(columns_[i]);
  return schema;
}

std::vector<int> UnionSchema::PlacesOf(const SchemaNode& root) const {
  std::vector<int> place_of(columns_.size());
  const std::vector<size_t> order = Order();
  for (size_t i = 0; i < order.size(); ++i) place_of[order[i]] = static_cast<int>(i);
  std::vector<int> places;
  for (size_t i = 0; i < root.children.size(); ++i) {
    const size_t column = exact_ ? i : by_key_.at(FoldedName(root.children[i].name));
    places.push_back(place_of[column]);
  }
  return places;
}

}  // namespace pqpack
