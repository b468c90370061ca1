// SPDX-License-Identifier: Apache-2.0
//
// Most files of a table have one of very few schemas, and mostly that of the file before.  So
// schemas are told apart first, by that and by their bytes, and what costs more is done once for
// each.
#include "execute/merge/group_inputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "execute/merge/key_values.h"
#include "execute/merge/leaf_mapping.h"
#include "execute/merge/union_schema.h"
#include "execute/nesting.h"
#include "execute/type_changes.h"
#include "format/compact_writer.h"
#include "format/schema_tree.h"

namespace pqpack {
namespace {

// Of files that differ from each other in every way, so many sets are asked whether one more
// fits; then it stands alone.
constexpr size_t kSetsToTry = 64;

// Inputs that are the same to all that follows.
struct Alike {
  SourceSchema schema;
  std::string interpretation;
  std::vector<int> inputs;
};

Result<SourceSchema> ParseSchema(const FileMetaData& footer, const Target& target) {
  PQ_ASSIGN(const SchemaTree tree, SchemaTree::Make(footer.schema));
  SourceSchema schema;
  PQ_ASSIGN(schema.on_disk, SchemaNodeOf(tree));
  schema.standard = schema.on_disk;
  Diagnosis ignored;  // of single files; theirs are told by who looks at those
  if (target.three_level_lists) PQ_RETURN_NOT_OK(StandardiseNesting(&schema.standard, &ignored));
  ChangeTypes(&schema.standard, target, /*convert=*/false, &ignored);
  PQ_RETURN_NOT_OK(ToParquetSchema(schema.standard, /*annotated=*/true).status());
  return schema;
}

std::string KeyOf(const FileMetaData& footer, const std::string& interpretation) {
  std::string key = interpretation + '\n';
  for (const SchemaElement& element : footer.schema) key += Serialize(element);
  return key;
}

Result<std::vector<Alike>> FindAlike(std::span<const FileMetaData* const> footers,
                                     const Target& target) {
  std::vector<Alike> alike;
  std::unordered_map<std::string, size_t> known;
  size_t last = 0;  // of `alike`, the one of the input before
  for (size_t i = 0; i < footers.size(); ++i) {
    std::string interpretation = InterpretationOf(*footers[i]);
    const bool as_before = i > 0 && footers[i]->schema == footers[i - 1]->schema &&
                           interpretation == alike[last].interpretation;
    if (!as_before) {
      const auto [found, is_new] = known.emplace(KeyOf(*footers[i], interpretation), alike.size());
      if (is_new) {
        auto schema = ParseSchema(*footers[i], target);
        if (!schema.ok()) return Within(fmt::format("input {}", i), schema.status());
        alike.push_back({*std::move(schema), std::move(interpretation), {}});
      }
      last = found->second;
    }
    alike[last].inputs.push_back(static_cast<int>(i));
  }
  return alike;
}

// A set that grows.
struct Draft {
  UnionSchema columns;
  std::string interpretation;
  std::string collision;
  std::vector<const Alike*> members;
  std::string reason;  // why its first member is in no earlier one
  size_t inputs = 0;
};

std::string TryToJoin(const Alike& one, const std::string& collision, Draft* draft) {
  if (one.interpretation != draft->interpretation) {
    return fmt::format("its dates and times are to be read in another way ({} against {})",
                       one.interpretation.empty() ? "not told" : one.interpretation,
                       draft->interpretation.empty() ? "not told" : draft->interpretation);
  }
  if (collision != draft->collision) return collision.empty() ? draft->collision : collision;
  return draft->columns.Join(one.schema.standard);
}

void Place(const Alike& one, const TableColumns& columns, std::vector<Draft>* drafts) {
  const std::string collision = NameCollision(one.schema.standard);
  std::string reason;
  for (size_t i = 0; i < std::min(drafts->size(), kSetsToTry); ++i) {
    Draft& draft = (*drafts)[i];
    std::string obstacle = TryToJoin(one, collision, &draft);
    if (obstacle.empty()) {
      draft.members.push_back(&one);
      draft.inputs += one.inputs.size();
      return;
    }
    if (reason.empty()) reason = std::move(obstacle);
  }
  drafts->push_back({UnionSchema(one.schema.standard, columns, !collision.empty()),
                     one.interpretation,
                     collision,
                     {&one},
                     std::move(reason),
                     one.inputs.size()});
}

Result<MergeSet> Finished(const Draft& draft, std::span<const FileMetaData* const> footers) {
  MergeSet set;
  set.schema = draft.columns.Schema();
  set.leaves = NamedLeavesOf(set.schema);
  std::vector<std::pair<int, int>> inputs;  // with their shapes
  for (const Alike* one : draft.members) {
    for (const int input : one->inputs) {
      inputs.emplace_back(input, static_cast<int>(set.shapes.size()));
    }
    PQ_ASSIGN(InputShape shape,
              MapLeaves(one->schema, set.schema, draft.columns.PlacesOf(one->schema.standard)));
    set.shapes.push_back(std::move(shape));
  }
  std::ranges::sort(inputs);
  std::vector<const FileMetaData*> files;
  for (const auto& [input, shape] : inputs) {
    set.inputs.push_back(input);
    set.shape_of.push_back(shape);
    files.push_back(footers[static_cast<size_t>(input)]);
  }
  Findings warnings;
  set.key_values = MergeKeyValues(files, &warnings);
  set.warnings = warnings.List();
  return set;
}

}  // namespace

Result<std::vector<MergeSet>> GroupInputs(std::span<const FileMetaData* const> footers,
                                          const TableColumns& columns, const Target& target) {
  PQ_ASSIGN(const std::vector<Alike> alike, FindAlike(footers, target));
  std::vector<Draft> drafts;
  for (const Alike& one : alike) Place(one, columns, &drafts);
  const auto main = std::ranges::max_element(drafts, {}, &Draft::inputs);
  std::vector<MergeSet> sets;
  if (main == drafts.end()) return sets;
  PQ_ASSIGN(sets.emplace_back(), Finished(*main, footers));
  for (const Draft& draft : drafts) {
    if (&draft == &*main) continue;
    PQ_ASSIGN(sets.emplace_back(), Finished(draft, footers));
    // The first draft was not kept out of any: what kept the main one out of it did so.
    sets.back().reason = draft.reason.empty() ? main->reason : draft.reason;
  }
  return sets;
}

}  // namespace pqpack
