// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "execute/codec.h"
#include "execute/output_layout.h"
#include "execute/parquet_call.h"
#include "execute/rewrite.h"
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

std::shared_ptr<const arrow::KeyValueMetadata> KeyValuesOf(const FileMetaData& footer) {
  if (!footer.key_value_metadata) return nullptr;
  auto result = std::make_shared<arrow::KeyValueMetadata>();
  for (const KeyValue& pair : *footer.key_value_metadata) {
    result->Append(pair.key, pair.value.value_or(""));
  }
  return result;
}

void FindRootRepetition(const FileMetaData& footer, std::vector<std::string>* repairs) {
  const auto repetition = footer.schema.front().repetition;
  if (!repetition || *repetition == Repetition::kRequired) return;
  repairs->push_back("root repetition " + ToString(*repetition) +
                     " -> REQUIRED (arrow-go before 18.6.0)");
}

void FindEmptyRowGroups(const FileMetaData& footer, std::vector<std::string>* repairs) {
  const auto empty = std::count_if(footer.row_groups.begin(), footer.row_groups.end(),
                                   [](const RowGroup& group) { return group.num_rows == 0; });
  if (empty > 0) {
    repairs->push_back(fmt::format("{} empty row group{} dropped", empty, empty == 1 ? "" : "s"));
  }
}

}  // namespace

Result<RewritePlan> PlanRewrite(const FileMetaData& footer, const RewriteOptions& options) {
  PQ_RETURN_NOT_OK(CheckNotEncrypted(footer));
  PQ_ASSIGN(const SchemaTree source, SchemaTree::Make(footer.schema));
  PQ_ASSIGN(SchemaNode tree, SchemaNodeOf(source));
  auto layout = std::make_shared<OutputLayout>();
  PQ_ASSIGN(layout->source_schema, ToParquetSchema(tree, /*annotated=*/false));

  RewritePlan plan;
  FindRootRepetition(footer, &plan.repairs);
  FindEmptyRowGroups(footer, &plan.repairs);
  PQ_ASSIGN(layout->output_schema, ToParquetSchema(tree, /*annotated=*/true));
  layout->tree = std::move(tree);

  parquet::SchemaDescriptor output;
  output.Init(layout->output_schema);
  for (int i = 0; i < output.num_columns(); ++i) {
    ColumnLayout column;
    column.path = output.Column(i)->path()->ToDotString();
    column.codec = options.compression.value_or(options.target->replacement_codec);
    column.dictionary = true;
    plan.leaf_paths.push_back(column.path);
    const auto* leaf = output.Column(i);
    plan.leaves.push_back({leaf->path()->ToDotVector(), static_cast<PhysicalType>(leaf->physical_type())});
    layout->columns.push_back(std::move(column));
  }
  for (const RowGroup& group : footer.row_groups) {
    plan.rows += group.num_rows;
    if (group.num_rows > 0) ++plan.row_groups;
  }
  layout->key_values = KeyValuesOf(footer);
  layout->quirks = QuirksOf(footer);
  plan.layout = std::move(layout);
  return plan;
}

int64_t EstimateMemory(const FileMetaData& footer, const RewriteOptions& options) {
  (void)options;
  int64_t largest = 0;
  for (const RowGroup& group : footer.row_groups) {
    for (const ColumnChunk& chunk : group.columns) {
      if (chunk.meta_data) {
        largest = std::max(largest, chunk.meta_data->total_uncompressed_size);
      }
    }
  }
  return 16 * kMiB + 2 * largest;
}

}  // namespace pqpack
