// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "diagnose/check_footer.h"
#include "diagnose/findings.h"
#include "execute/nesting.h"
#include "execute/output_layout.h"
#include "execute/rewrite.h"
#include "execute/type_changes.h"
#include "format/footer.h"

namespace pqpack {
namespace {

using Sorting = std::optional<std::vector<SortingColumn>>;

// The library writes one order for all row groups.
std::vector<parquet::SortingColumn> PlanSorting(const FileMetaData& footer,
                                                const SchemaNode& output, Findings* warnings) {
  const Sorting* common = nullptr;
  bool keep = true;
  for (const RowGroup& group : footer.row_groups) {
    if (group.num_rows == 0) continue;
    if (common == nullptr) common = &group.sorting_columns;
    keep &= group.sorting_columns == *common;
  }
  if (common == nullptr || (keep && !*common)) return {};
  if (keep) keep = IsSorting(**common, output);
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

}  // namespace

Result<RewritePlan> PlanRewrite(const FileMetaData& footer, const RewriteOptions& options) {
  const Target& target = *options.target;
  PQ_ASSIGN(const SchemaTree source, SchemaTree::Make(footer.schema));
  PQ_ASSIGN(SchemaNode tree, SchemaNodeOf(source));
  auto layout = std::make_shared<OutputLayout>();
  PQ_ASSIGN(layout->source_schema, ToParquetSchema(tree, /*annotated=*/false));

  RewritePlan plan;
  Diagnosis encoding;  // what holds only where values are encoded anew
  CheckFooter(footer, source, target, &plan.common, &encoding);
  if (target.three_level_lists) PQ_RETURN_NOT_OK(StandardiseNesting(&tree, &plan.common));
  const bool types_changed = ChangeTypes(&tree, target, options.convert_types, &plan.common);
  PQ_RETURN_NOT_OK(ToParquetSchema(tree, /*annotated=*/true).status());

  const std::vector<SchemaNode*> leaves = LeavesOf(tree);
  PQ_ASSIGN(layout->columns, LayOutColumns(footer, leaves, target, options.compression, &encoding));
  layout->sorting = PlanSorting(footer, tree, &encoding.warnings);
  layout->key_values = PlanKeyValues(footer, types_changed, &plan.common.repairs);
  layout->quirks = QuirksOf(footer);
  layout->tree = std::move(tree);

  plan.leaves = NamedLeavesOf(layout->tree);
  plan.repairs = Joined(plan.common.repairs.List(), encoding.repairs.List());
  plan.warnings = Joined(plan.common.warnings.List(), encoding.warnings.List());
  plan.layout = std::move(layout);
  return plan;
}

}  // namespace pqpack
