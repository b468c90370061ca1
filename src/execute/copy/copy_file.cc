// SPDX-License-Identifier: Apache-2.0
#include "execute/copy/copy_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "execute/copy/copied_chunk.h"
#include "execute/copy/copied_indexes.h"
#include "execute/copy/copied_schema.h"
#include "execute/copy/repair_statistics.h"
#include "execute/empty_row_group.h"
#include "execute/output_layout.h"
#include "format/footer.h"

namespace pqpack {
namespace {

// A second copy of the footer, by which its offsets would come back (parquet-format,
// BinaryProtocolExtensions.md).
constexpr int16_t kExtension = 32767;

// What was repaired, behind what an earlier copy has said.
void AddTrace(const std::vector<Finding>& repairs, std::optional<std::vector<KeyValue>>* pairs) {
  if (repairs.empty()) return;
  std::string text;
  for (const Finding& repair : repairs) text += (text.empty() ? "" : "; ") + repair.what;
  if (!*pairs) pairs->emplace();
  const auto earlier = std::ranges::find(**pairs, kTraceKey, &KeyValue::key);
  if (earlier != (*pairs)->end()) {
    earlier->value = earlier->value.value_or("") + "; " + text;
  } else {
    KeyValue& trace = (*pairs)->emplace_back();
    trace.key = kTraceKey;
    trace.value = std::move(text);
  }
}

class FileCopy {
 public:
  FileCopy(arrow::io::RandomAccessFile& source, const FileMetaData& footer, const RewritePlan& plan,
           const CopyPlan& copy, arrow::io::OutputStream& sink, const RewriteOptions& options)
      : source_(source), old_(footer), plan_(plan), copy_(copy), sink_(sink), options_(options) {}

  Result<RewriteReceipt> Run() {
    PQ_ASSIGN(const SchemaTree tree, SchemaTree::Make(old_.schema));
    PQ_RETURN_NOT_OK(BeginFooter(tree));
    PQ_RETURN_NOT_OK(Write(kMagic));
    for (size_t g = 0; g < old_.row_groups.size(); ++g) {
      const RowGroup& group = old_.row_groups[g];
      const Status status =
          group.num_rows == 0 ? CheckEmptyRowGroup(group) : CopyRowGroup(group, tree);
      if (!status.ok()) return Within(fmt::format("row group {}", g), status);
    }
    PQ_RETURN_NOT_OK(indexes_.Write(sink_, &new_));
    PQ_ASSIGN(const std::string end, SerializeFooter(new_));
    PQ_RETURN_NOT_OK(Write(end));
    return Receipt();
  }

 private:
  Status Write(std::string_view bytes) {
    return sink_.Write(bytes.data(), static_cast<int64_t>(bytes.size()));
  }

  // Everything but the row groups.
  Status BeginFooter(const SchemaTree& tree) {
    new_.version = old_.version;
    PQ_ASSIGN(new_.schema, CopiedSchema(plan_.layout->tree, old_.schema));
    new_.num_rows = old_.num_rows;
    new_.key_value_metadata = old_.key_value_metadata;
    AddTrace(copy_.repairs, &new_.key_value_metadata);
    new_.created_by = old_.created_by;
    new_.unknown = old_.unknown;
    std::erase_if(new_.unknown, [](const RawField& field) { return field.id == kExtension; });

    // Bounds without an order have been dropped by the plan.
    ColumnOrder order;
    order.kind = ColumnOrderKind::kTypeDefined;
    new_.column_orders =
        HasColumnOrders(old_) ? *old_.column_orders : std::vector(tree.leaves().size(), order);
    return Status::OK();
  }

  Status CopyRowGroup(const RowGroup& group, const SchemaTree& tree) {
    RowGroup copy;
    copy.num_rows = group.num_rows;
    copy.unknown = group.unknown;
    copy.sorting_columns = KeptSorting(group);
    const size_t ordinal = new_.row_groups.size();
    if (ordinal <= std::numeric_limits<int16_t>::max())
      copy.ordinal = static_cast<int16_t>(ordinal);
    copy.total_compressed_size = 0;
    for (size_t i = 0; i < group.columns.size(); ++i) {
      if (options_.stop.stop_requested()) return Error(ErrorCode::kCancelled, "stopped");
      const auto chunk = CopyColumn(group, i, tree);
      if (!chunk.ok()) {
        return Within("column " + tree.DottedPath(tree.leaves()[i]), chunk.status());
      }
      copy.total_byte_size += chunk->meta_data->total_uncompressed_size;
      *copy.total_compressed_size += chunk->meta_data->total_compressed_size;
      copy.columns.push_back(*chunk);
    }
    if (!copy.columns.empty()) copy.file_offset = copy.columns[0].meta_data->pages().offset;
    new_.row_groups.push_back(std::move(copy));
    return Status::OK();
  }

  // None where one of them names no column.
  std::optional<std::vector<SortingColumn>> KeptSorting(const RowGroup& group) const {
    if (!group.sorting_columns) return std::nullopt;
    for (const SortingColumn& by : *group.sorting_columns) {
      if (by.column_idx < 0 || static_cast<size_t>(by.column_idx) >= plan_.leaves.size()) {
        return std::nullopt;
      }
    }
    return group.sorting_columns;
  }

  Result<ColumnChunk> CopyColumn(const RowGroup& group, size_t i, const SchemaTree& tree) {
    const ColumnChunk& old_chunk = group.columns[i];
    const ColumnMetaData& old_meta = *old_chunk.meta_data;
    const SchemaTree::Node& leaf = tree.node(tree.leaves()[i]);
    const ChunkRules rules{*options_.target, leaf, group.num_rows, copy_.keep_page_statistics};
    PQ_ASSIGN(CopiedChunk copied, CopyChunk(old_meta, rules, source_, sink_));

    ColumnMetaData& meta = copied.meta;
    meta.type = old_meta.type;
    meta.path_in_schema = plan_.leaves[i].path;
    meta.key_value_metadata = old_meta.key_value_metadata;
    meta.statistics = old_meta.statistics;
    RepairStatistics(copy_.keep_bounds[i], tree.element(tree.leaves()[i]), leaf, meta.num_values,
                     &meta.statistics);
    if (options_.target->size_statistics) {
      meta.size_statistics = old_meta.size_statistics;
      RepairSizeStatistics(leaf, meta.num_values, &meta.size_statistics);
    }
    meta.unknown = old_meta.unknown;
    if (options_.target->page_index) {
      PQ_RETURN_NOT_OK(indexes_.Add(old_chunk, copied, leaf, group.num_rows, source_));
    } else {
      indexes_.AddNone();
    }
    ColumnChunk chunk;
    chunk.meta_data = std::move(meta);
    chunk.unknown = old_chunk.unknown;
    return chunk;
  }

  RewriteReceipt Receipt() {
    RewriteReceipt receipt;
    receipt.rows = new_.num_rows;
    for (const RowGroup& group : new_.row_groups) receipt.row_group_rows.push_back(group.num_rows);
    if (new_.key_value_metadata) {
      for (const KeyValue& pair : *new_.key_value_metadata) receipt.keys.push_back(pair.key);
    }
    receipt.repairs = copy_.repairs;
    receipt.warnings = copy_.warnings;
    return receipt;
  }

  arrow::io::RandomAccessFile& source_;
  const FileMetaData& old_;
  const RewritePlan& plan_;
  const CopyPlan& copy_;
  arrow::io::OutputStream& sink_;
  const RewriteOptions& options_;
  FileMetaData new_;
  CopiedIndexes indexes_;
};

}  // namespace

Result<RewriteReceipt> CopyFile(arrow::io::RandomAccessFile& source, const FileMetaData& footer,
                                const RewritePlan& plan, const CopyPlan& copy,
                                arrow::io::OutputStream& sink, const RewriteOptions& options) {
  return FileCopy(source, footer, plan, copy, sink, options).Run();
}

}  // namespace pqpack
