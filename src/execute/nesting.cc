// SPDX-License-Identifier: Apache-2.0
//
// The rules by which older forms are told apart are those of LogicalTypes.md,
// "Backward-compatibility rules" of lists and of maps, and, for a repeated field
// that stands alone, the sentence above them: it is a required list of required
// elements.
#include "execute/nesting.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "format/schema_tree.h"

namespace pqpack {
namespace {

SchemaNode Group(std::string name, Repetition repetition, SchemaNode child) {
  SchemaNode group;
  group.name = std::move(name);
  group.repetition = repetition;
  group.children.push_back(std::move(child));
  return group;
}

class Standardiser {
 public:
  explicit Standardiser(Diagnosis* diagnosis) : diagnosis_(diagnosis) {}

  // `node` stands where a value stands: not as the repeated layer of a list or
  // map.  `level` is the definition level on disk of what is around it.
  Status Value(SchemaNode* node, int16_t level, const std::string& parent) {
    const std::string path = parent.empty() ? node->name : parent + "." + node->name;
    if (IsRepeated(*node)) return Bare(node, level, path);
    if (node->repetition == Repetition::kOptional) ++level;
    if (node->is_leaf()) return Leaf(node, level);
    if (IsList(*node)) return List(node, level, path);
    if (IsMap(*node)) return Map(node, level, path);
    for (SchemaNode& child : node->children) PQ_RETURN_NOT_OK(Value(&child, level, path));
    return Status::OK();
  }

 private:
  Status Malformed(const char* what, const std::string& path) const {
    return Error(ErrorCode::kUnsupported,
                 "column " + path + " is annotated as " + what + ", but does not look like one",
                 "Repack with --target generic, which keeps it as it is.");
  }

  // repeated T name  ->  required group name (LIST) { repeated group list { required T element } }
  Status Bare(SchemaNode* node, int16_t level, const std::string& path) {
    diagnosis_->repairs.Add("repeated field without LIST -> list.element", path);
    SchemaNode element = std::move(*node);
    SchemaNode list;
    list.name = std::exchange(element.name, "element");
    list.field_id = std::exchange(element.field_id, std::nullopt);
    list.annotation = parquet::LogicalType::List();
    element.repetition = Repetition::kRequired;
    PQ_RETURN_NOT_OK(Value(&element, static_cast<int16_t>(level + 1), path));
    list.children.push_back(Group("list", Repetition::kRepeated, std::move(element)));
    *node = std::move(list);
    return Status::OK();
  }

  Status List(SchemaNode* node, int16_t level, const std::string& path) {
    if (node->children.size() != 1 || !IsRepeated(node->children.front())) {
      return Malformed("LIST", path);
    }
    SchemaNode& repeated = node->children.front();
    if (IsListElement(*node, repeated)) {
      diagnosis_->repairs.Add("two-level list -> list.element", path);
      repeated.repetition = Repetition::kRequired;
      repeated.name = "element";
      repeated = Group("list", Repetition::kRepeated, SchemaNode(std::move(repeated)));
    } else if (repeated.name != "list" || repeated.children.front().name != "element") {
      diagnosis_->repairs.Add("list names -> list.element", path);
      repeated.name = "list";
      repeated.children.front().name = "element";
    }
    repeated.annotation = nullptr;
    return Value(&repeated.children.front(), static_cast<int16_t>(level + 1), path);
  }

  Status Map(SchemaNode* node, int16_t level, const std::string& path) {
    if (node->children.size() != 1) return Malformed("MAP", path);
    SchemaNode& pair = node->children.front();
    const size_t fields = pair.children.size();
    if (!IsRepeated(pair) || fields < 1 || fields > 2 || IsRepeated(pair.children.front())) {
      return Malformed("MAP", path);
    }
    SchemaNode& key = pair.children.front();
    if (pair.name != "key_value" || key.name != "key" ||
        (fields == 2 && pair.children.back().name != "value")) {
      diagnosis_->repairs.Add("map names -> key_value.key, key_value.value", path);
    }
    pair.name = "key_value";
    pair.annotation = nullptr;
    key.name = "key";
    ++level;
    if (fields == 2) {
      pair.children.back().name = "value";
      PQ_RETURN_NOT_OK(Value(&pair.children.back(), level, path));
    }
    if (key.repetition != Repetition::kOptional) return Value(&key, level, path);

    diagnosis_->repairs.Add("optional map key -> required", path);
    key.repetition = Repetition::kRequired;
    vanished_.push_back(++level);
    const Status status = Value(&key, level, path);
    vanished_.pop_back();
    return status;
  }

  // Levels on disk that mark a key as present vanish, and with them the level
  // below, which says that it is null.
  Status Leaf(SchemaNode* leaf, int16_t max_level) const {
    if (vanished_.empty()) return Status::OK();
    for (int16_t level = 0; level <= max_level; ++level) {
      const bool null_key = std::count(vanished_.begin(), vanished_.end(), level + 1) > 0;
      const auto lower = std::count_if(vanished_.begin(), vanished_.end(),
                                       [&](int16_t vanished) { return vanished <= level; });
      leaf->level_map.push_back(null_key ? int16_t{-1} : static_cast<int16_t>(level - lower));
    }
    return Status::OK();
  }

  Diagnosis* diagnosis_;
  std::vector<int16_t> vanished_;
};

int Depth(const SchemaNode& node) {
  int below = -1;
  for (const SchemaNode& child : node.children) below = std::max(below, Depth(child));
  return below + 1;
}

}  // namespace

bool IsListElement(const SchemaNode& list, const SchemaNode& repeated) {
  return repeated.is_leaf() || repeated.children.size() != 1 ||
         IsRepeated(repeated.children.front()) || repeated.name == "array" ||
         repeated.name == list.name + "_tuple";
}

Status StandardiseNesting(SchemaNode* root, Diagnosis* diagnosis) {
  Standardiser standardiser(diagnosis);
  for (SchemaNode& child : root->children) {
    PQ_RETURN_NOT_OK(standardiser.Value(&child, 0, ""));
    if (Depth(child) >= kMaxSchemaDepth) {
      return Error(ErrorCode::kUnsupported,
                   "column " + child.name + " would be nested deeper than " +
                       std::to_string(kMaxSchemaDepth) + " once its lists have their layers",
                   "Repack with --target generic, which keeps it as it is.");
    }
  }
  return Status::OK();
}

}  // namespace pqpack
