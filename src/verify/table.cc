// SPDX-License-Identifier: Apache-2.0
//
// All footers are held at once, because row groups of one side are paired with those of
// the other by row numbers; so each keeps only what says where its pages are, and files of one
// schema share its columns.  200 files of 1,000 columns took 300 MiB as parsed footers.
#include "verify/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "inspect/read_footer.h"

namespace pqpack {
namespace {

std::vector<StoredChunk> ChunksOf(const FileMetaData& footer) {
  std::vector<StoredChunk> chunks;
  size_t count = 0;
  for (const RowGroup& group : footer.row_groups) count += group.columns.size();
  chunks.reserve(count);
  for (const RowGroup& group : footer.row_groups) {
    for (const ColumnChunk& chunk : group.columns) {
      const ColumnMetaData& meta = *chunk.meta_data;
      chunks.push_back({meta.pages(), meta.num_values, meta.codec});
    }
  }
  return chunks;
}

// Footers of wide files are longer than what is guessed; then the rest is one request.
ReadAheadOptions ForFooter(const ObjectInfo& object, ReadAheadOptions options) {
  options.block_size = std::clamp(object.size / 2, kFooterGuess, kMiB);
  options.blocks_ahead = 0;
  return options;
}

}  // namespace

Status Table::Add(const ObjectInfo& object, const ReadAheadOptions& options) {
  auto file = std::make_unique<File>();
  file->object = object;
  const std::string name = object.uri.ToString();
  // Small files, as long as they are few, are read whole for their footers and kept.  Of others no
  // more than the footer is read before it is their turn.
  const bool few = options.max_bytes < 0 && bytes_ + object.size <= kTogetherBytes;
  const bool only_footer = !files_.empty() && !few;
  PQ_ASSIGN(auto bytes, ReadAheadFile::Open(store_, object,
                                            only_footer ? ForFooter(object, options) : options));
  PQ_ASSIGN(FileMetaData footer, ReadFooter(*bytes, name));
  if (!only_footer) file->open = std::move(bytes);
  file->quirks = QuirksOfWriter(footer);
  file->chunks = ChunksOf(footer);
  const Status known = TakeSchema(std::move(footer.schema), file.get());
  if (!known.ok()) return pqpack::Within(name, known);

  int64_t in_file = 0;
  for (size_t g = 0; g < footer.row_groups.size(); ++g) {
    const int64_t rows = footer.row_groups[g].num_rows;
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

Status Table::TakeSchema(std::vector<SchemaElement> schema, File* file) {
  if (schema_columns_ == nullptr || schema != schema_) {
    PQ_ASSIGN(const SchemaTree tree, SchemaTree::Make(schema));
    schema_columns_ = std::make_shared<const Columns>(TableColumnsOf(tree));
    schema_ = std::move(schema);
  }
  file->columns = schema_columns_;
  file->leaves = schema_columns_->size();
  return Status::OK();
}

void Table::SortColumns() {
  std::shared_ptr<const Columns> last, sorted;
  for (const auto& file : files_) {
    if (file->columns != last) {
      last = file->columns;
      Columns columns = *last;
      std::ranges::sort(columns, {}, [](const TableColumn& column) {
        return std::pair(column.Path(), column.number);  // names may be given twice
      });
      sorted = std::make_shared<const Columns>(std::move(columns));
    }
    file->columns = sorted;
  }
}

void Table::SetColumns(int file, std::shared_ptr<const Columns> columns) {
  files_[static_cast<size_t>(file)]->columns = std::move(columns);
}

void Table::StartReading(const ReadAheadOptions& options, int64_t columns) {
  reading_ = options;
  for (const auto& file : files_) {
    file->chunks_left = file->groups * columns;
    if (file->object.size >= ReadAheadOptions().block_size) file->open.reset();
  }
}

const StoredChunk& Table::Chunk(const GroupPlace& place, const TableColumn& column) const {
  const File& file = at(place.file);
  return file
      .chunks[static_cast<size_t>(place.group) * file.leaves + static_cast<size_t>(column.number)];
}

Result<ChunkSource> Table::SourceOf(const GroupPlace& place, const TableColumn& column) {
  ChunkSource source;
  PQ_ASSIGN(source.file, FileOf(place));
  source.chunk = Chunk(place, column);
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
    reading.share_all = small;  // it is held anyway until the last of its chunks is done
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
