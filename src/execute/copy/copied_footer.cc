// SPDX-License-Identifier: Apache-2.0
#include "execute/copy/copied_footer.h"

#include <parquet/properties.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "diagnose/check_footer.h"
#include "execute/copy/copied_schema.h"
#include "execute/copy/repair_statistics.h"
#include "execute/output_layout.h"

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

bool HaveBounds(const std::optional<Statistics>& statistics) {
  return statistics && statistics->HasBounds();
}

// The writer's name stays, since readers work around its faults by it.  But where a fault was
// mended they, and pqpack itself, would go on to doubt what is right now; then it is the name
// that level 3 signs with.
std::optional<std::string> CreatedBy(const FileMetaData& source, const CopyPlan& copy) {
  if (std::ranges::none_of(copy.columns, &ColumnPlan::writer_at_fault)) return source.created_by;
  return parquet::default_writer_properties()->created_by();
}

}  // namespace

Result<CopiedFooter> CopiedFooter::Begin(const FileMetaData& source, const RewritePlan& plan,
                                         const CopyPlan& copy, const Target& target) {
  PQ_ASSIGN(SchemaTree tree, SchemaTree::Make(source.schema));
  CopiedFooter footer(source, plan, copy, target, std::move(tree));
  PQ_RETURN_NOT_OK(footer.BeginFile());
  return footer;
}

Status CopiedFooter::BeginFile() {
  new_.version = old_.version;
  PQ_ASSIGN(new_.schema, CopiedSchema(plan_.layout->tree, old_.schema));
  new_.num_rows = old_.num_rows;
  new_.key_value_metadata = old_.key_value_metadata;
  const auto& planned = plan_.layout->key_values;
  if (planned && std::ranges::find(*planned, kArrowSchemaKey, &KeyValuePairs::value_type::first) ==
                     planned->end())
    DropKey(kArrowSchemaKey);
  new_.created_by = CreatedBy(old_, copy_);
  new_.unknown = old_.unknown;
  std::erase_if(new_.unknown, [](const RawField& field) { return field.id == kExtension; });

  // Bounds without an order have been dropped by the plan.
  ColumnOrder order;
  order.kind = ColumnOrderKind::kTypeDefined;
  new_.column_orders =
      HasColumnOrders(old_) ? *old_.column_orders : std::vector(tree_.leaves().size(), order);
  return Status::OK();
}

void CopiedFooter::DropKey(std::string_view key) {
  if (!new_.key_value_metadata) return;
  std::erase_if(*new_.key_value_metadata, [key](const KeyValue& pair) { return pair.key == key; });
}

Status CopiedFooter::Annotate(const SchemaNode& output) {
  PQ_ASSIGN(new_.schema, CopiedSchema(output, old_.schema));
  DropKey(kArrowSchemaKey);
  return Status::OK();
}

void CopiedFooter::BeginRowGroup(const RowGroup& group) {
  const size_t ordinal = new_.row_groups.size();
  RowGroup& copy = new_.row_groups.emplace_back();
  copy.num_rows = group.num_rows;
  copy.unknown = group.unknown;
  copy.columns.reserve(group.columns.size());
  if (group.sorting_columns && IsSorting(*group.sorting_columns, plan_.layout->tree)) {
    copy.sorting_columns = group.sorting_columns;
  }
  if (ordinal <= std::numeric_limits<int16_t>::max()) copy.ordinal = static_cast<int16_t>(ordinal);
  copy.total_compressed_size = 0;
}

Status CopiedFooter::AddChunk(const ColumnChunk& old, CopiedChunk copied, IndexReader& indexes) {
  RowGroup& group = new_.row_groups.back();
  const size_t i = group.columns.size();
  const int leaf = tree_.leaves()[i];
  const SchemaTree::Node& node = tree_.node(leaf);
  const ColumnMetaData& old_meta = *old.meta_data;
  ColumnMetaData& meta = copied.meta;
  meta.type = old_meta.type;
  meta.path_in_schema = plan_.leaves[i].path;
  meta.key_value_metadata = old_meta.key_value_metadata;
  meta.statistics = old_meta.statistics;
  RepairStatistics(copy_.columns[i].keep_bounds, tree_.element(leaf), node, meta.num_values,
                   &meta.statistics);
  if (target_.size_statistics) {
    meta.size_statistics = old_meta.size_statistics;
    RepairSizeStatistics(node, meta.num_values, &meta.size_statistics);
  }
  meta.unknown = old_meta.unknown;
  if (target_.page_index && copy_.keep_page_index) {
    // Bounds of pages are as good as those of the whole chunk.
    const bool dropped = HaveBounds(old_meta.statistics) && !HaveBounds(meta.statistics);
    const bool bounds = copy_.columns[i].keep_bounds && !dropped;
    const CopiedLeaf place{node, tree_.element(leaf)};
    PQ_ASSIGN(const IndexCopy index,
              indexes_.Add(old, copied, place, group.num_rows, bounds, indexes));
    Tell(index, tree_.DottedPath(leaf));
  } else {
    indexes_.AddNone();
  }
  ColumnChunk chunk;
  chunk.meta_data = std::move(meta);
  chunk.unknown = old.unknown;
  group.columns.push_back(std::move(chunk));
  return Status::OK();
}

void CopiedFooter::Tell(IndexCopy index, const std::string& column) {
  if (index == IndexCopy::kTooLarge) {
    left_out_.Add("page index left out, too large alone or with the others", column);
  } else if (index == IndexCopy::kUnreadable) {
    mended_.Add(RepairText("page-index-unreadable"), column);
  } else if (index == IndexCopy::kContradicts) {
    mended_.Add(RepairText("page-index-inconsistent"), column);
  }
}

void CopiedFooter::AddChunk(EncodedChunk encoded) {
  RowGroup& group = new_.row_groups.back();
  // By which the library takes its bounds; a weaker promise than any other for those of copies.
  ColumnOrder& order = (*new_.column_orders)[group.columns.size()];
  order = {};
  order.kind = ColumnOrderKind::kTypeDefined;
  indexes_.Add(std::move(encoded.column_index), std::move(encoded.offset_index));
  group.columns.push_back(std::move(encoded.chunk));
}

void CopiedFooter::DropSorting() {
  const size_t number = new_.row_groups.size() - 1;
  new_.row_groups.back().sorting_columns.reset();
  mended_.Add(RepairText("rows-not-sorted"), "row group " + std::to_string(number));
}

void CopiedFooter::KeepFilter(ByteRange place) {
  filters_.Add(new_.row_groups.size() - 1, new_.row_groups.back().columns.size() - 1, place);
}

void CopiedFooter::EndRowGroup() {
  RowGroup& group = new_.row_groups.back();
  for (const ColumnChunk& chunk : group.columns) {
    group.total_byte_size += chunk.meta_data->total_uncompressed_size;
    *group.total_compressed_size += chunk.meta_data->total_compressed_size;
  }
  if (!group.columns.empty()) group.file_offset = group.columns[0].meta_data->pages().offset;
}

Status CopiedFooter::Write(const Diagnosis& found, arrow::io::RandomAccessFile& file,
                           arrow::io::OutputStream& sink) {
  receipt_.repairs = Joined(Joined(copy_.repairs, found.repairs.List()), mended_.List());
  receipt_.warnings = Joined(Joined(copy_.warnings, found.warnings.List()), left_out_.List());
  receipt_.rows = new_.num_rows;
  for (const RowGroup& group : new_.row_groups) receipt_.row_group_rows.push_back(group.num_rows);
  AddTrace(receipt_.repairs, &new_.key_value_metadata);
  if (new_.key_value_metadata) {
    for (const KeyValue& pair : *new_.key_value_metadata) receipt_.keys.push_back(pair.key);
  }
  PQ_RETURN_NOT_OK(filters_.Write(file, sink, &new_));
  PQ_RETURN_NOT_OK(indexes_.Write(sink, &new_));
  PQ_ASSIGN(const std::string end, SerializeFooter(new_));
  return sink.Write(end.data(), static_cast<int64_t>(end.size()));
}

}  // namespace pqpack
