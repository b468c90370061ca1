// SPDX-License-Identifier: Apache-2.0
//
// All footers are held at once, because row groups of one side are paired with those of
// the other by row numbers; so each keeps only what says where its pages are.
#include "verify/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "inspect/read_footer.h"

namespace pqpack {
namespace {

void DropWhatIsNotNeeded(FileMetaData* footer) {
  footer->key_value_metadata.reset();
  footer->column_orders.reset();
  for (RowGroup& group : footer->row_groups) {
    group.sorting_columns.reset();
    for (ColumnChunk& chunk : group.columns) {
      ColumnMetaData& meta = *chunk.meta_data;
      meta.path_in_schema = {};
      meta.encodings = {};
      meta.key_value_metadata.reset();
      meta.statistics.reset();
      meta.encoding_stats.reset();
      meta.size_statistics.reset();
    }
  }
}

}  // namespace

Status Table::Add(const ObjectInfo& object, const ReadAheadOptions& options) {
  auto file = std::make_unique<File>();
  file->object = object;
  const std::string name = object.uri.ToString();
  PQ_ASSIGN(auto bytes, ReadAheadFile::Open(store_, object, options));
  PQ_ASSIGN(file->footer, ReadFooter(*bytes, name));
  // A small file was read whole for its footer; the first one, often the only one, is kept.
  if (files_.empty()) file->open = std::move(bytes);
  auto tree = SchemaTree::Make(file->footer.schema);
  if (!tree.ok()) return pqpack::Within(name, tree.status());
  file->columns = TableColumnsOf(*tree);
  file->quirks = QuirksOfWriter(file->footer);
  DropWhatIsNotNeeded(&file->footer);

  int64_t in_file = 0;
  for (size_t g = 0; g < file->footer.row_groups.size(); ++g) {
    const int64_t rows = file->footer.row_groups[g].num_rows;
    if (rows == 0) continue;
    groups_.push_back({files(), static_cast<int>(g), rows_, in_file, rows});
    in_file += rows;
    rows_ += rows;
    ++file->groups;
  }
  bytes_ += object.size;
  files_.push_back(std::move(file));
  return Status::OK();
}

void Table::SortColumns() {
  for (const auto& file : files_) {
    std::ranges::sort(file->columns, {}, [](const TableColumn& column) {
      return std::pair(column.Path(), column.number);  // names may be given twice
    });
  }
}

void Table::SetColumns(int file, std::vector<TableColumn> columns) {
  files_[static_cast<size_t>(file)]->columns = std::move(columns);
}

void Table::StartReading(const ReadAheadOptions& options, int64_t columns) {
  reading_ = options;
  for (const auto& file : files_) {
    file->chunks_left = file->groups * columns;
    if (file->object.size >= ReadAheadOptions().block_size) file->open.reset();
  }
}

const ColumnMetaData& Table::Chunk(const GroupPlace& place, const TableColumn& column) const {
  const RowGroup& group = footer(place.file).row_groups[static_cast<size_t>(place.group)];
  return *group.columns[static_cast<size_t>(column.number)].meta_data;
}

Result<ChunkSource> Table::SourceOf(const GroupPlace& place, const TableColumn& column) {
  ChunkSource source;
  PQ_ASSIGN(source.file, FileOf(place));
  source.chunk = &Chunk(place, column);
  source.rows = place.rows;
  source.quirks = at(place.file).quirks;
  return source;
}

Result<std::shared_ptr<arrow::io::RandomAccessFile>> Table::FileOf(const GroupPlace& place) {
  std::lock_guard lock(mutex_);
  File& file = *files_[static_cast<size_t>(place.file)];
  if (file.open == nullptr) {
    // A file that one request brings is read by one, whatever the others are read by.
    const bool small = file.object.size < ReadAheadOptions().block_size;
    ReadAheadOptions reading = reading_;
    if (small) reading.block_size = ReadAheadOptions().block_size;
    PQ_ASSIGN(file.open, ReadAheadFile::Open(store_, file.object, reading));
  }
  return file.open;
}

void Table::ChunkDone(const GroupPlace& place) {
  std::shared_ptr<ReadAheadFile> closing;  // outside of the lock: it waits for requests
  std::lock_guard lock(mutex_);
  File& file = *files_[static_cast<size_t>(place.file)];
  if (--file.chunks_left == 0) closing = std::move(file.open);
}

Status Table::Within(const GroupPlace& place, const TableColumn& column,
                     const Status& status) const {
  if (status.ok()) return status;
  const std::string name = object(place.file).uri.ToString();
  // Errors of the store name the file themselves.
  const std::string where = fmt::format("row group {}, column {}", place.group, column.Path());
  if (status.message().find(name) != std::string::npos) return pqpack::Within(where, status);
  return pqpack::Within(name + ": " + where, status);
}

}  // namespace pqpack
