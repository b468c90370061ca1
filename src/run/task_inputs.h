// SPDX-License-Identifier: Apache-2.0
//
// The inputs of a task: their footers, and their bytes when they are wanted.
//
// Many small files cost requests, not bytes: each is fetched once, whole, many at a time, and kept
// from its footer on, as many of them as the budget has room for.  Of the others the footer comes
// first, since what all of them have decides how each is merged, and the files of a row group
// together when it is their turn.  Of large files footers come first anyway: it may be that the
// store copies what is behind them.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/executor.h"
#include "base/memory_budget.h"
#include "base/status.h"
#include "execute/merge/merge_files.h"
#include "format/footer.h"
#include "plan/compact_plan.h"
#include "store/object_store.h"
#include "store/read_ahead_file.h"

namespace pqpack {

// In which columns are asked for.
enum class ColumnOrderIs : uint8_t { kThatOfFiles, kAnother };

class TaskInputs {
 public:
  // Reads all footers.  Errors name the file.  `large`: bytes from which on a file is large.
  static Result<std::unique_ptr<TaskInputs>> Read(const CompactTask& task, int64_t large,
                                                  ObjectStore& store, Executor& io,
                                                  MemoryBudget& budget, std::stop_token stop);

  // As Read(), for who opens no file: no more than footers is read, and no budget asked.
  static Result<std::unique_ptr<TaskInputs>> ReadFootersOf(const CompactTask& task,
                                                           ObjectStore& store, Executor& io,
                                                           const std::stop_token& stop);

  std::span<const MergeInput> inputs() const { return inputs_; }

  // As OpenInputs (execute/merge/merge_files.h) wants it.
  Result<std::vector<std::shared_ptr<arrow::io::RandomAccessFile>>> Open(
      std::span<const int> inputs, ColumnOrderIs order) const;

  // As MergeSinks want it.
  std::unique_ptr<CoalescedFile> Look(int input, const StoreCopyPlan& plan) const;

 private:
  // `keep`: which inputs are kept from their footer on; those behind its end are not.
  TaskInputs(const CompactTask& task, std::vector<bool> keep, ObjectStore& store, Executor& io)
      : objects_(task.inputs), keep_(std::move(keep)), store_(store), io_(io) {
    keep_.resize(objects_.size());
  }

  Status ReadFooters(const std::stop_token& stop);
  Result<std::shared_ptr<ReadAheadFile>> OpenFile(const ObjectInfo& object, bool whole) const;
  ReadAheadOptions HowToRead(size_t input, ColumnOrderIs order) const;

  const std::span<const ObjectInfo> objects_;
  std::vector<bool> keep_;
  ObjectStore& store_;
  Executor& io_;
  // First: given back when the files are gone.
  MemoryBudget::Reservation reservation_;
  std::optional<MemoryBudget::Reservation> large_footers_;
  std::vector<std::shared_ptr<ReadAheadFile>> kept_;  // null: it is not
  std::vector<FileMetaData> footers_;
  std::vector<MergeInput> inputs_;
};

}  // namespace pqpack
