// SPDX-License-Identifier: Apache-2.0
#include "verify/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "inspect/read_footer.h"

namespace pqpack {
namespace {

// Requests that are under way at a time.
constexpr int kAtATime = 16;

// One request brings it.
bool IsSmall(const ObjectInfo& object) { return object.size < ReadAheadOptions().block_size; }

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
  PQ_ASSIGN(const FileMetaData footer, ReadFooter(*bytes, name));
  if (!only_footer) file->open = std::move(bytes);
  const FileFacts* const before = files_.empty() ? nullptr : files_.back()->facts.get();
  file->facts = std::make_shared<const FileFacts>(FactsOf(footer, before));
  return Add(std::move(file));
}

Status Table::Add(const ObjectInfo& object, std::shared_ptr<const FileFacts> known) {
  auto file = std::make_unique<File>();
  file->object = object;
  file->facts = std::move(known);
  file->checked = false;
  return Add(std::move(file));
}

Status Table::Add(std::unique_ptr<File> file) {
  const Status known = TakeSchema(file->facts->schema, file.get());
  if (!known.ok()) return pqpack::Within(file->object.uri.ToString(), known);
  int64_t in_file = 0;
  for (size_t g = 0; g < file->facts->group_rows.size(); ++g) {
    const int64_t rows = file->facts->group_rows[g];
    if (rows == 0) continue;
    groups_.push_back({files(), static_cast<int>(g), rows_, in_file, rows});
    in_file += rows;
    rows_ += rows;
    ++file->groups;
  }
  bytes_ += file->object.size;
  files_.push_back(std::move(file));
  return Status::OK();
}

Status Table::TakeSchema(const std::shared_ptr<const Schema>& schema, File* file) {
  const Schema* const before = files_.empty() ? nullptr : files_.back()->facts->schema.get();
  if (before == nullptr || (before != schema.get() && *before != *schema)) {
    PQ_ASSIGN(const SchemaTree tree, SchemaTree::Make(*schema));
    schema_columns_ = std::make_shared<const Columns>(TableColumnsOf(tree));
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

bool Table::HeldWhole(int file) const {
  const ObjectInfo& object = at(file).object;
  if (IsSmall(object)) return true;
  return IsRemote(object.uri) && object.size <= ReadAheadFile::MemoryFor(object.size, {});
}

int64_t Table::MemoryOf(int file) const {
  const ObjectInfo& object = at(file).object;
  ReadAheadOptions reading;
  if (!HeldWhole(file) && !IsRemote(object.uri)) reading = reading_;
  return ReadAheadFile::MemoryFor(object.size, reading);
}

void Table::StartReading(const ReadAheadOptions& options, int64_t columns) {
  reading_ = options;
  for (const auto& file : files_) {
    file->chunks_left = file->groups * columns;
    if (!IsSmall(file->object)) file->open.reset();
  }
}

const StoredChunk& Table::Chunk(const GroupPlace& place, const TableColumn& column) const {
  const File& file = at(place.file);
  return file.facts
      ->chunks[static_cast<size_t>(place.group) * file.leaves + static_cast<size_t>(column.number)];
}

Result<ChunkSource> Table::SourceOf(const GroupPlace& place, const TableColumn& column) {
  ChunkSource source;
  PQ_ASSIGN(source.file, Opened(place.file));
  source.chunk = Chunk(place, column);
  source.rows = place.rows;
  source.quirks = at(place.file).facts->quirks;
  return source;
}

Result<std::shared_ptr<ReadAheadFile>> Table::Opened(int number) {
  File& file = *files_[static_cast<size_t>(number)];
  std::shared_ptr<ReadAheadFile> bytes;
  {
    const std::lock_guard lock(mutex_);
    if (file.open == nullptr) {
      ReadAheadOptions reading = reading_;
      if (HeldWhole(number)) {
        reading.block_size = ReadAheadOptions().block_size;
        reading.blocks_ahead = ReadAheadOptions().blocks_ahead;
        reading.share_all = true;
      }
      PQ_ASSIGN(file.open, ReadAheadFile::Open(store_, file.object, reading));
    }
    bytes = file.open;
  }
  PQ_RETURN_NOT_OK(CheckFacts(*bytes, file));
  return bytes;
}

// So that what was known before is no part of what is proven.
Status Table::CheckFacts(ReadAheadFile& bytes, File& file) {
  const std::lock_guard lock(file.checking);
  if (file.checked) return Status::OK();
  const std::string name = file.object.uri.ToString();
  PQ_ASSIGN(const FileMetaData footer, ReadFooter(bytes, name));
  if (!FactsOf(footer, file.facts.get()).SameAs(*file.facts)) {
    return Error(ErrorCode::kMismatch, name + ": its footer is not the one that was read before",
                 "Run again; if this stays, report it.");
  }
  file.checked = true;
  return Status::OK();
}

Status Table::Fetch(std::span<const int> files, Executor& io) {
  return io.ForEach(static_cast<int64_t>(files.size()), kAtATime, [&](int64_t i) -> Status {
    PQ_ASSIGN(const auto bytes, Opened(files[static_cast<size_t>(i)]));
    uint8_t first = 0;
    return bytes->ReadAt(0, 1, &first).status();
  });
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
