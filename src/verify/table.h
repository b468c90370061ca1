// SPDX-License-Identifier: Apache-2.0
//
// One side of a comparison: files whose rows, in the order of the files, are one sequence.
// It knows the places of all row groups, and gives out the chunks of a column to be read.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "store/object_store.h"
#include "store/read_ahead_file.h"
#include "verify/file_facts.h"
#include "verify/table_column.h"

namespace pqpack {

// Of files that are read at the same time because columns go through several of them, beside one
// for each thread.  Each time that it is a column's turn what it needs has left the processor's
// caches: with 4 MiB the 1,000 columns of 200 files took 14 to 19 % more CPU, with 64 MiB 2 % less.
constexpr int64_t kTogetherBytes = 16 * kMiB;
// As many where each request counts, and the other side is read in one go the longer the more
// files are there: the inputs of a row group of a merged file.
constexpr int64_t kTogetherFromStore = 256 * kMiB;

// Whether each request counts.
inline bool IsRemote(const Uri& uri) { return uri.scheme != Scheme::kLocal; }

// A row group that has rows.
struct GroupPlace {
  int file = 0;
  int group = 0;          // in the file
  int64_t first_row = 0;  // in the table
  int64_t first_in_file = 0;
  int64_t rows = 0;

  int64_t end() const { return first_row + rows; }
};

class Table {
 public:
  using Columns = std::vector<TableColumn>;

  // `store` is borrowed.
  explicit Table(ObjectStore& store) : store_(store) {}

  // Reads the footer of a file and puts its rows behind those that are there.  Errors name
  // the file.
  Status Add(const ObjectInfo& object, const ReadAheadOptions& options);
  // Of a small file whose footer was read before: it is not read here, but when the file is opened,
  // and must be the same then, else kMismatch.
  Status Add(const ObjectInfo& object, std::shared_ptr<const FileFacts> known);

  // Puts the columns of each file into the order of their paths.
  void SortColumns();

  // Those of a file, with some in other places or absent.
  void SetColumns(int file, std::shared_ptr<const Columns> columns);

  // Whether a file is held until the last of its chunks is done, so that its bytes are
  // fetched once in whatever order they are asked for.
  bool HeldWhole(int file) const;
  // What it holds while it is read.
  int64_t MemoryOf(int file) const;

  // How files are read from here on that are not held whole; such are read in blocks of the usual
  // size.  `columns`: how many chunks of each row group.
  void StartReading(const ReadAheadOptions& options, int64_t columns);

  // Opens files that are held whole and fetches small ones, several at a time.
  Status Fetch(std::span<const int> files, Executor& io);

  int files() const { return static_cast<int>(files_.size()); }
  const ObjectInfo& object(int file) const { return at(file).object; }
  // In the order of the file's schema, unless they were sorted or set.  Neighbours whose schemas
  // are the same share them.
  const Columns& columns(int file) const { return *at(file).columns; }
  const std::shared_ptr<const Columns>& shared_columns(int file) const { return at(file).columns; }
  const std::vector<GroupPlace>& groups() const { return groups_; }
  int64_t rows() const { return rows_; }
  int64_t bytes() const { return bytes_; }

  // Not of a column that is absent.
  const StoredChunk& Chunk(const GroupPlace& place, const TableColumn& column) const;

  // The file is opened when it is first asked for.  Thread-safe.
  Result<ChunkSource> SourceOf(const GroupPlace& place, const TableColumn& column);
  // A chunk of the row group has been read: the file is closed behind the last of its
  // chunks.  Thread-safe.
  void ChunkDone(const GroupPlace& place);

  // "s3://b/a.parquet: row group 3: column x: ..."
  Status Within(const GroupPlace& place, const TableColumn& column, const Status& status) const;

 private:
  struct File {
    ObjectInfo object;
    std::shared_ptr<const FileFacts> facts;
    size_t leaves = 0;  // of a row group
    std::shared_ptr<const Columns> columns;
    int64_t groups = 0;
    int64_t chunks_left = 0;
    std::shared_ptr<ReadAheadFile> open;
    std::mutex checking;  // not together with mutex_
    bool checked = true;  // the facts are those of the file's own footer
  };
  Status Add(std::unique_ptr<File> file);
  Status TakeSchema(const std::shared_ptr<const Schema>& schema, File* file);
  Result<std::shared_ptr<ReadAheadFile>> Opened(int number);
  static Status CheckFacts(ReadAheadFile& bytes, File& file);
  const File& at(int file) const { return *files_[static_cast<size_t>(file)]; }

  ObjectStore& store_;
  ReadAheadOptions reading_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<File>> files_;
  std::shared_ptr<const Columns> schema_columns_;  // of the file that was added last
  std::vector<GroupPlace> groups_;
  int64_t rows_ = 0;
  int64_t bytes_ = 0;
};

}  // namespace pqpack
