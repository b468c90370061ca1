// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "execute/findings.h"
#include "execute/nesting.h"
#include "execute/output_layout.h"
#include "execute/rewrite.h"
#include "execute/type_changes.h"
#include "format/footer.h"

namespace pqpack {
namespace {

Status CheckNotEncrypted(const FileMetaData& footer) {
  bool encrypted = footer.has_encryption_algorithm;
  for (const RowGroup& group : footer.row_groups) {
    for (const ColumnChunk& chunk : group.columns) encrypted = encrypted || chunk.encrypted();
  }
  if (!encrypted) return Status::OK();
  return Error(ErrorCode::kUnsupported, "the file is encrypted",
               "Decrypt it with the tool that has its keys.");
}

void FindRootRepetition(const FileMetaData& footer, Findings* repairs) {
  const auto repetition = footer.schema.front().repetition;
  if (!repetition || *repetition == Repetition::kRequired) return;
  const bool arrow_go = *repetition == Repetition::kRepeated;
  repairs->Add(fmt::format("root repetition {} -> REQUIRED{}", ToString(*repetition),
                           arrow_go ? " (arrow-go before 18.6.0)" : ""));
}

void FindEmptyRowGroups(const FileMetaData& footer, Findings* repairs) {
  const auto empty = std::count_if(footer.row_groups.begin(), footer.row_groups.end(),
                                   [](const RowGroup& group) { return group.num_rows == 0; });
  if (empty == 0) return;
  repairs->Add(fmt::format("{} empty row group{} dropped", empty, empty == 1 ? "" : "s"));
}

// What is made anew or not at all: statistics, indexes, filters.
void FindDerived(const ColumnChunk& chunk, const Target& target, Diagnosis* diagnosis) {
  const ColumnMetaData& meta = *chunk.meta_data;
  if (meta.statistics && meta.statistics->distinct_count) {
    const bool made_up = *meta.statistics->distinct_count == 0;
    diagnosis->repairs.Add(made_up ? "distinct_count = 0 in statistics dropped"
                                   : "distinct_count in statistics dropped");
  }
  if (meta.statistics && meta.statistics->null_count.value_or(0) < 0) {
    diagnosis->repairs.Add("negative null_count in statistics replaced");
  }
  if (!target.page_index && (chunk.offset_index_offset || chunk.column_index_offset)) {
    diagnosis->repairs.Add("page index dropped");
  }
  if (meta.bloom_filter_offset) diagnosis->warnings.Add("Bloom filters are not carried over");
}

void FindUnknownFields(const FileMetaData& footer, Findings* warnings) {
  bool unknown = !footer.unknown.empty();
  for (const SchemaElement& element : footer.schema) unknown |= !element.unknown.empty();
  for (const RowGroup& group : footer.row_groups) unknown |= !group.unknown.empty();
  if (unknown) warnings->Add("fields of the footer that are not known are not carried over");
}

using Sorting = std::optional<std::vector<SortingColumn>>;

bool CanSortBy(const SortingColumn& by, const std::vector<SchemaNode*>& leaves) {
  if (by.column_idx < 0 || by.column_idx >= static_cast<int64_t>(leaves.size())) return false;
  // INT96 has no order that the format defines; its timestamps have another one.
  return leaves[static_cast<size_t>(by.column_idx)]->conversion != Conversion::kInt96ToMicros;
}

// The library writes one order for all row groups.
std::vector<parquet::SortingColumn> PlanSorting(const FileMetaData& footer,
                                                const std::vector<SchemaNode*>& leaves,
                                                Findings* warnings) {
  const Sorting* common = nullptr;
  bool keep = true;
  for (const RowGroup& group : footer.row_groups) {
    if (group.num_rows == 0) continue;
    if (common == nullptr) common = &group.sorting_columns;
    keep &= group.sorting_columns == *common;
  }
  if (common == nullptr || (keep && !*common)) return {};
  if (keep) {
    keep = std::all_of((*common)->begin(), (*common)->end(),
                       [&](const SortingColumn& by) { return CanSortBy(by, leaves); });
  }
  std::vector<parquet::SortingColumn> sorting;
  if (!keep) {
    warnings->Add("sorting_columns are not the same everywhere, or not valid: dropped");
    return sorting;
  }
  for (const SortingColumn& by : **common) {
    sorting.push_back({by.column_idx, by.descending, by.nulls_first});
  }
  return sorting;
}

std::optional<KeyValuePairs> PlanKeyValues(const FileMetaData& footer, bool types_changed,
                                           Findings* repairs) {
  if (!footer.key_value_metadata) return std::nullopt;
  KeyValuePairs pairs;
  for (const KeyValue& pair : *footer.key_value_metadata) {
    if (types_changed && pair.key == kArrowSchemaKey) {
      repairs->Add("metadata ARROW:schema dropped, it describes the former types");
    } else {
      pairs.emplace_back(pair.key, pair.value.value_or(""));
    }
  }
  return pairs;
}

void CollectLeaves(const SchemaNode& node, std::vector<std::string>* path,
                   std::vector<Leaf>* leaves) {
  if (node.is_leaf()) leaves->push_back({*path, *node.type});
  for (const SchemaNode& child : node.children) {
    path->push_back(child.name);
    CollectLeaves(child, path, leaves);
    path->pop_back();
  }
}

}  // namespace

Result<RewritePlan> PlanRewrite(const FileMetaData& footer, const RewriteOptions& options) {
  PQ_RETURN_NOT_OK(CheckNotEncrypted(footer));
  const Target& target = *options.target;
  PQ_ASSIGN(const SchemaTree source, SchemaTree::Make(footer.schema));
  PQ_ASSIGN(SchemaNode tree, SchemaNodeOf(source));
  auto layout = std::make_shared<OutputLayout>();
  PQ_ASSIGN(layout->source_schema, ToParquetSchema(tree, /*annotated=*/false));

  Diagnosis diagnosis;
  FindRootRepetition(footer, &diagnosis.repairs);
  FindEmptyRowGroups(footer, &diagnosis.repairs);
  if (target.three_level_lists) PQ_RETURN_NOT_OK(StandardiseNesting(&tree, &diagnosis));
  const bool types_changed = ChangeTypes(&tree, target, options.convert_types, &diagnosis);
  PQ_RETURN_NOT_OK(ToParquetSchema(tree, /*annotated=*/true).status());

  const std::vector<SchemaNode*> leaves = LeavesOf(tree);
  PQ_ASSIGN(layout->columns,
            LayOutColumns(footer, leaves, target, options.compression, &diagnosis));
  RewritePlan plan;
  for (const RowGroup& group : footer.row_groups) {
    plan.rows += group.num_rows;
    for (const ColumnChunk& chunk : group.columns) {
      if (chunk.meta_data) FindDerived(chunk, target, &diagnosis);
    }
  }
  FindUnknownFields(footer, &diagnosis.warnings);
  layout->sorting = PlanSorting(footer, leaves, &diagnosis.warnings);
  layout->key_values = PlanKeyValues(footer, types_changed, &diagnosis.repairs);
  layout->quirks = QuirksOf(footer);
  layout->tree = std::move(tree);

  std::vector<std::string> path;
  CollectLeaves(layout->tree, &path, &plan.leaves);
  plan.repairs = diagnosis.repairs.Lines();
  plan.warnings = diagnosis.warnings.Lines();
  plan.layout = std::move(layout);
  return plan;
}

}  // namespace pqpack
