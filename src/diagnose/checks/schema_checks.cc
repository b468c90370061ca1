// SPDX-License-Identifier: Apache-2.0
//
// The schema's shape: its root, lists, maps, annotations and names.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>

#include "diagnose/checks/groups.h"

namespace pqpack {
namespace {

void RootRepeated(const FileView& view, const Target&, Finder* found) {
  if (view.tree.element(0).repetition == Repetition::kRepeated) found->Add({}, "REPEATED");
}

void RootOptional(const FileView& view, const Target&, Finder* found) {
  const auto repetition = view.tree.element(0).repetition;
  if (repetition && *repetition != Repetition::kRepeated && *repetition != Repetition::kRequired) {
    found->Add({}, ToString(*repetition));
  }
}

// The layers of lists and maps, which are no values themselves.
bool IsLayer(const SchemaTree& tree, int node) {
  const int parent = tree.node(node).parent;
  return parent > 0 && (tree.IsList(parent) || tree.IsMap(parent));
}

// The rules of LogicalTypes.md, "Backward-compatibility rules": the repeated node below a
// LIST is the element itself.
bool IsTwoLevel(const SchemaTree& tree, int list) {
  const auto children = tree.Children(list);
  if (children.size() != 1) return true;
  const int repeated = children[0];
  const auto fields = tree.Children(repeated);
  const std::string& name = tree.element(repeated).name;
  return fields.size() != 1 || tree.element(fields[0]).repetition == Repetition::kRepeated ||
         name == "array" || name == tree.element(list).name + "_tuple";
}

void Lists(const FileView& view, const Target&, Finder* found) {
  const SchemaTree& tree = view.tree;
  for (int i = 1; i < tree.size(); ++i) {
    if (tree.IsList(i)) {
      if (tree.IsStandardList(i)) continue;
      found->Add(PlaceOf(tree, i), IsTwoLevel(tree, i)
                                       ? "two levels, without a layer around the element"
                                       : "other names than list.element");
    } else if (tree.element(i).repetition == Repetition::kRepeated && !IsLayer(tree, i)) {
      found->Add(PlaceOf(tree, i), "a repeated field without LIST");
    }
  }
}

void Maps(const FileView& view, const Target&, Finder* found) {
  const SchemaTree& tree = view.tree;
  for (int i = 1; i < tree.size(); ++i) {
    if (!tree.IsMap(i) || tree.IsStandardMap(i)) continue;
    const auto pairs = tree.Children(i);
    const auto fields = pairs.size() == 1 ? tree.Children(pairs[0]) : std::vector<int>();
    // Levels on disk change with the key's repetition.
    const bool levels =
        fields.empty() || tree.element(fields[0]).repetition != Repetition::kRequired;
    found->Add(PlaceOf(tree, i),
               levels ? "the key is not required" : "other names than key_value.key, .value",
               levels ? RepairLevel::kReencode : RepairLevel::kFooter);
  }
}

// Whether a converted type says the same; what has none (local TIME, nanoseconds, UUID,
// FLOAT16, ...) is another check's affair.
bool HasConverted(const LogicalType& type) {
  switch (type.kind) {
    case LogicalKind::kString:
    case LogicalKind::kMap:
    case LogicalKind::kList:
    case LogicalKind::kEnum:
    case LogicalKind::kDecimal:
    case LogicalKind::kDate:
    case LogicalKind::kInteger:
    case LogicalKind::kJson:
    case LogicalKind::kBson:
      return true;
    case LogicalKind::kTime:
      return type.adjusted_to_utc && type.unit != TimeUnit::kNanos;
    case LogicalKind::kTimestamp:
      return type.unit != TimeUnit::kNanos;
    default:
      return false;
  }
}

void Converted(const FileView& view, const Target&, Finder* found) {
  for (int i = 1; i < view.tree.size(); ++i) {
    const SchemaElement& element = view.tree.element(i);
    if (!element.logical_type || element.converted_type || !HasConverted(*element.logical_type)) {
      continue;
    }
    found->Add(PlaceOf(view.tree, i), ToString(*element.logical_type));
  }
}

bool HasType(const SchemaElement& leaf, PhysicalType type, int32_t length = 0) {
  return leaf.type == type && (length == 0 || leaf.type_length == length);
}

// Parameters and physical types that LogicalTypes.md does not know together.
bool MakesSense(const SchemaElement& leaf) {
  const LogicalType& type = *leaf.logical_type;
  switch (type.kind) {
    case LogicalKind::kString:
    case LogicalKind::kEnum:
    case LogicalKind::kJson:
    case LogicalKind::kBson:
      return HasType(leaf, PhysicalType::kByteArray);
    case LogicalKind::kDecimal:
      return type.precision > 0 && type.scale >= 0 && type.scale <= type.precision;
    case LogicalKind::kDate:
      return HasType(leaf, PhysicalType::kInt32);
    case LogicalKind::kTime:
      return type.unit != TimeUnit::kNone &&
             HasType(leaf,
                     type.unit == TimeUnit::kMillis ? PhysicalType::kInt32 : PhysicalType::kInt64);
    case LogicalKind::kTimestamp:
      return type.unit != TimeUnit::kNone && HasType(leaf, PhysicalType::kInt64);
    case LogicalKind::kInteger:
      if (type.bit_width == 64) return HasType(leaf, PhysicalType::kInt64);
      return (type.bit_width == 8 || type.bit_width == 16 || type.bit_width == 32) &&
             HasType(leaf, PhysicalType::kInt32);
    case LogicalKind::kUuid:
      return HasType(leaf, PhysicalType::kFixedLenByteArray, 16);
    case LogicalKind::kFloat16:
      return HasType(leaf, PhysicalType::kFixedLenByteArray, 2);
    default:
      return true;
  }
}

void Annotations(const FileView& view, const Target&, Finder* found) {
  ForEachLeaf(view, [&](Place place, const SchemaElement& leaf) {
    if (leaf.logical_type && !MakesSense(leaf)) {
      found->Add(place,
                 fmt::format("{} on {}", ToString(*leaf.logical_type), ToString(*leaf.type)));
    }
  });
}

std::string Lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

void Names(const FileView& view, const Target&, Finder* found) {
  for (int parent = 0; parent < view.tree.size(); ++parent) {
    if (view.tree.is_leaf(parent)) continue;
    std::map<std::string, int> seen;
    for (const int child : view.tree.Children(parent)) {
      const auto [other, fresh] = seen.emplace(Lower(view.tree.element(child).name), child);
      if (fresh) continue;
      found->Add(PlaceOf(view.tree, child),
                 fmt::format("'{}' and '{}'", view.tree.element(other->second).name,
                             view.tree.element(child).name));
    }
  }
}

Severity OfLists(const Target& target) {
  return target.three_level_lists ? Severity::kError : Severity::kNone;
}

constexpr std::string_view kLists =
    "apache/iceberg#9497 https://parquet.apache.org/docs/file-format/types/logicaltypes/";

constexpr Check kChecks[] = {
    {
        .id = "root-repeated",
        .title = "the schema's root is REPEATED",
        .looks_at = LooksAt::kFooter,
        .repair = RepairLevel::kFooter,
        .mend = "the root becomes REQUIRED",
        .evidence = "apache/arrow-go#722 apache/arrow-go#723 parquet-go/parquet-go#458 "
                    "apache/iceberg-go#896",
        .severity = Broken,
        .run = RootRepeated,
    },
    {
        .id = "root-optional",
        .title = "the schema's root has a repetition that it should not have",
        .looks_at = LooksAt::kFooter,
        .repair = RepairLevel::kFooter,
        .mend = "the root becomes REQUIRED",
        .evidence = "https://parquet.apache.org/docs/file-format/metadata/",
        .severity = Warn,
        .run = RootOptional,
    },
    {
        .id = "list-structure",
        .title = "a list is not of the form list.element",
        .looks_at = LooksAt::kFooter,
        .repair = RepairLevel::kFooter,
        .mend = "the list gets its layers and names; levels on disk stay the same",
        .evidence = kLists,
        .severity = OfLists,
        .run = Lists,
    },
    {
        .id = "map-structure",
        .title = "a map is not of the form key_value { required key; value }",
        .looks_at = LooksAt::kFooter,
        .repair = RepairLevel::kFooter,
        .mend = "the map gets its names; a key that may be null is encoded again as required",
        .evidence = kLists,
        .severity = OfLists,
        .run = Maps,
    },
    {
        .id = "converted-type-missing",
        .title = "a logical type without the converted type that older readers know",
        .looks_at = LooksAt::kFooter,
        .repair = RepairLevel::kFooter,
        .mend = "the converted type is added",
        .evidence = "https://docs.snowflake.com/en/sql-reference/sql/create-file-format "
                    "apache/arrow#47316",
        .severity =
            [](const Target& target) {
              return target.force_converted_types ? Severity::kWarn : Severity::kNone;
            },
        .run = Converted,
    },
    {
        .id = "logical-type-invalid",
        .title = "a logical type whose parameters or storage the format does not know",
        .looks_at = LooksAt::kFooter,
        .repair = RepairLevel::kImpossible,
        .evidence = "https://parquet.apache.org/docs/file-format/types/logicaltypes/",
        .severity = Broken,
        .run = Annotations,
    },
    {
        .id = "names-differ-by-case",
        .title = "two columns have names that differ in upper and lower case only",
        .looks_at = LooksAt::kFooter,
        .repair = RepairLevel::kNone,
        .evidence =
            "https://docs.snowflake.com/en/sql-reference/sql/copy-into-table "
            "https://docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html",
        .severity =
            [](const Target& target) {
              return target.case_insensitive ? Severity::kWarn : Severity::kNone;
            },
        .run = Names,
    },
};

}  // namespace

std::span<const Check> SchemaChecks() { return kChecks; }

}  // namespace pqpack
