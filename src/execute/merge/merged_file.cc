// SPDX-License-Identifier: Apache-2.0
//
// It is signed with the library's name: what was encoded anew is the library's, and what is
// copied comes from writers without faults that readers would have to work around.
#include "execute/merge/merged_file.h"

#include <parquet/properties.h>

#include <limits>
#include <utility>

#include "execute/copy/plan_filters.h"
#include "execute/copy/repair_statistics.h"
#include "format/compact_writer.h"

namespace pqpack {
namespace {

bool HaveBounds(const std::optional<Statistics>& statistics) {
  return statistics && statistics->HasBounds();
}

}  // namespace

Result<std::unique_ptr<MergedFile>> MergedFile::Begin(std::shared_ptr<arrow::io::OutputStream> sink,
                                                      const MergeSetup& setup) {
  PQ_RETURN_NOT_OK(sink->Write(kMagic.data(), kMagicSize));
  std::unique_ptr<MergedFile> file(new MergedFile(std::move(sink), setup));
  FileMetaData& footer = file->footer_;
  footer.version = 2;
  footer.schema = setup.schema();
  footer.created_by = parquet::default_writer_properties()->created_by();
  ColumnOrder order;
  order.kind = ColumnOrderKind::kTypeDefined;
  footer.column_orders = std::vector(static_cast<size_t>(setup.num_columns()), order);
  if (setup.set().key_values) {
    auto& pairs = footer.key_value_metadata.emplace();
    for (const auto& [key, value] : *setup.set().key_values) {
      KeyValue& pair = pairs.emplace_back();
      pair.key = key;
      pair.value = value;
    }
  }
  return file;
}

void MergedFile::BeginRowGroup(int64_t rows, RowOrder order) {
  const size_t ordinal = footer_.row_groups.size();
  RowGroup& group = footer_.row_groups.emplace_back();
  group.num_rows = rows;
  if (!order.empty()) group.sorting_columns = std::move(order);
  group.columns.reserve(static_cast<size_t>(setup_.num_columns()));
  if (ordinal <= std::numeric_limits<int16_t>::max()) group.ordinal = static_cast<int16_t>(ordinal);
  footer_.num_rows += rows;
}

Result<int64_t> MergedFile::size() const {
  PQ_ASSIGN(const int64_t written, sink_->Tell());
  return written + filter_bytes_;
}

Result<bool> MergedFile::Add(const HeldColumn& column) {
  PQ_ASSIGN(const int64_t position, sink_->Tell());
  const int64_t shift = position - HeldBytes::kBegin;
  PQ_RETURN_NOT_OK(column.bytes->WriteTo(*sink_));
  ColumnChunk& chunk = footer_.row_groups.back().columns.emplace_back(column.chunk);
  chunk.file_offset = 0;
  Shift(shift, &*chunk.meta_data);
  std::string offsets;
  if (column.offset_index != nullptr) {
    OffsetIndex index = *column.offset_index;
    for (PageLocation& page : index.page_locations) page.offset += shift;
    offsets = Serialize(index);
  }
  indexes_.Add(column.column_index, std::move(offsets));
  if (column.filter == nullptr) return true;
  if (!HasRoomForFilter(column.filter->size())) return false;
  KeepFilter(column.filter);
  return true;
}

bool MergedFile::HasRoomForFilter(int64_t bytes) const {
  return bytes <= kMaxFilters - filter_bytes_;
}

void MergedFile::KeepFilter(std::shared_ptr<arrow::Buffer> filter) {
  filter_bytes_ += filter->size();
  const size_t row_group = footer_.row_groups.size() - 1;
  filters_.push_back({row_group, footer_.row_groups.back().columns.size() - 1, std::move(filter)});
}

Result<bool> MergedFile::Add(const CopiedFrom& from, CopiedChunk copied) {
  RowGroup& group = footer_.row_groups.back();
  const ColumnMetaData& old = *from.chunk.meta_data;
  const SchemaTree::Node& leaf = from.tree.node(from.node);
  const Target& target = *setup_.encode().target;
  ColumnMetaData& meta = copied.meta;
  meta.type = old.type;
  meta.path_in_schema = setup_.set().leaves[group.columns.size()].path;
  meta.key_value_metadata = old.key_value_metadata;
  meta.statistics = old.statistics;
  RepairStatistics(from.plan.keep_bounds, from.tree.element(from.node), leaf, meta.num_values,
                   &meta.statistics);
  if (target.size_statistics) {
    meta.size_statistics = old.size_statistics;
    RepairSizeStatistics(leaf, meta.num_values, &meta.size_statistics);
  }
  meta.unknown = old.unknown;
  auto index = IndexCopy::kDone;
  if (from.indexes == nullptr) {
    indexes_.AddNone();
  } else {
    const bool dropped = HaveBounds(old.statistics) && !HaveBounds(meta.statistics);
    const bool bounds = from.plan.keep_bounds && !dropped;
    const CopiedLeaf place{leaf, from.tree.element(from.node)};
    PQ_ASSIGN(index,
              indexes_.Add(from.chunk, copied, place, group.num_rows, bounds, *from.indexes));
  }
  group.columns.emplace_back().meta_data = std::move(meta);
  return index != IndexCopy::kTooLarge;
}

int64_t MergedFile::EndRowGroup() {
  RowGroup& group = footer_.row_groups.back();
  int64_t bytes = 0;
  for (const ColumnChunk& chunk : group.columns) {
    group.total_byte_size += chunk.meta_data->total_uncompressed_size;
    bytes += chunk.meta_data->total_compressed_size;
  }
  group.total_compressed_size = bytes;
  if (!group.columns.empty()) group.file_offset = group.columns[0].meta_data->pages().offset;
  return bytes;
}

Status MergedFile::WriteFilters() {
  for (const Filter& filter : filters_) {
    ColumnMetaData& meta = *footer_.row_groups[filter.row_group].columns[filter.column].meta_data;
    PQ_ASSIGN(meta.bloom_filter_offset, sink_->Tell());
    meta.bloom_filter_length = static_cast<int32_t>(filter.bytes->size());
    PQ_RETURN_NOT_OK(sink_->Write(filter.bytes));
  }
  filters_.clear();
  filter_bytes_ = 0;
  return Status::OK();
}

Status MergedFile::Finish() {
  PQ_RETURN_NOT_OK(WriteFilters());
  PQ_RETURN_NOT_OK(indexes_.Write(*sink_, &footer_));
  PQ_ASSIGN(const std::string end, SerializeFooter(footer_));
  return sink_->Write(end.data(), static_cast<int64_t>(end.size()));
}

}  // namespace pqpack
