// SPDX-License-Identifier: Apache-2.0
#include "run/task_inputs.h"

#include <algorithm>
#include <utility>

#include "inspect/read_footer.h"

namespace pqpack {
namespace {

// A parsed footer that every file may have without asking.
constexpr int64_t kUsualFooter = 64 * kKiB;
// Of a parsed footer, for each column chunk: 200 files of 1,000 columns had 1,226 bytes resident.
constexpr int64_t kPerChunk = 1280;
// Column chunks that are smaller are read together, in blocks of so many.
constexpr int64_t kSmallChunk = 16 * kKiB;
constexpr int64_t kBlockOfChunks = 10 * kSmallChunk;
// Requests of a task that are under way at a time.
constexpr int kAtATime = 16;

int64_t UsualFooters(std::span<const ObjectInfo> objects) {
  return static_cast<int64_t>(objects.size()) * kUsualFooter;
}

int64_t MemoryOf(std::span<const FileMetaData> footers) {
  int64_t bytes = 0;
  for (const FileMetaData& footer : footers) {
    for (const RowGroup& group : footer.row_groups) {
      bytes += static_cast<int64_t>(group.columns.size()) * kPerChunk;
    }
  }
  return bytes;
}

struct Kept {
  std::vector<bool> inputs;
  int64_t bytes = 0;
};

// All that are not large, if that is no more than `room`.  Else as many as go into `rest` of it,
// too, each of which is a request less; nothing of what is on a disk, where that spares none.
Kept ToKeep(std::span<const ObjectInfo> objects, int64_t large, int64_t room, int64_t rest) {
  int64_t all = 0;
  for (const ObjectInfo& object : objects) all += object.size < large ? object.size : 0;
  const bool local = objects.front().uri.scheme == Scheme::kLocal;
  if (all > room) room = local ? 0 : std::min(room, rest);
  Kept kept;
  for (const ObjectInfo& object : objects) {
    kept.inputs.push_back(object.size < large && object.size <= room - kept.bytes);
    if (kept.inputs.back()) kept.bytes += object.size;
  }
  return kept;
}

}  // namespace

Result<std::unique_ptr<TaskInputs>> TaskInputs::Read(const CompactTask& task, int64_t large,
                                                     ObjectStore& store, Executor& io,
                                                     MemoryBudget& budget, std::stop_token stop) {
  const int64_t usual = UsualFooters(task.inputs);
  const auto [keep, kept] = ToKeep(task.inputs, large, budget.limit() / 2, budget.limit() - usual);
  std::unique_ptr<TaskInputs> inputs(new TaskInputs(task, keep, store, io));
  PQ_ASSIGN(inputs->reservation_, budget.Acquire(usual + kept, stop));
  PQ_RETURN_NOT_OK(inputs->ReadFooters(stop));
  const int64_t footers = MemoryOf(inputs->footers_);
  if (footers <= usual) return inputs;
  inputs->large_footers_ = budget.TryAcquire(footers - usual);
  if (inputs->large_footers_) return inputs;
  // All is given back first: whoever holds input must not wait for more.
  inputs.reset();
  inputs.reset(new TaskInputs(task, keep, store, io));
  PQ_ASSIGN(inputs->reservation_, budget.Acquire(footers + kept, stop));
  PQ_RETURN_NOT_OK(inputs->ReadFooters(stop));
  return inputs;
}

Result<std::unique_ptr<TaskInputs>> TaskInputs::ReadFootersOf(const CompactTask& task,
                                                              ObjectStore& store, Executor& io,
                                                              const std::stop_token& stop) {
  std::unique_ptr<TaskInputs> inputs(new TaskInputs(task, /*keep=*/{}, store, io));
  PQ_RETURN_NOT_OK(inputs->ReadFooters(stop));
  return inputs;
}

Status TaskInputs::ReadFooters(const std::stop_token& stop) {
  const auto count = static_cast<int64_t>(objects_.size());
  footers_.resize(objects_.size());
  kept_.resize(objects_.size());
  PQ_RETURN_NOT_OK(io_.ForEach(count, kAtATime, [&](int64_t number) -> Status {
    if (stop.stop_requested()) return Error(ErrorCode::kCancelled, "stopped");
    const auto i = static_cast<size_t>(number);
    PQ_ASSIGN(auto file, OpenFile(objects_[i], keep_[i]));
    PQ_ASSIGN(footers_[i], ReadFooter(*file, objects_[i].uri.ToString()));
    if (keep_[i]) kept_[i] = std::move(file);
    return Status::OK();
  }));
  inputs_.reserve(objects_.size());
  for (size_t i = 0; i < objects_.size(); ++i) {
    inputs_.push_back({objects_[i].uri.ToString(), &footers_[i]});
  }
  return Status::OK();
}

Result<std::shared_ptr<ReadAheadFile>> TaskInputs::OpenFile(const ObjectInfo& object,
                                                            bool whole) const {
  ReadAheadOptions read;
  read.executor = &io_;
  if (whole) {
    read.block_size = std::max(read.block_size, object.size + 1);
    read.share_all = true;
  } else {
    read.block_size = kFooterGuess;
    read.blocks_ahead = 0;
  }
  return ReadAheadFile::Open(store_, object, read);
}

// A merge goes through all files of a row group column by column.  A file of one row group and many
// columns is read along with that from a disk, and not held whole; a store is asked for few large
// pieces.
ReadAheadOptions TaskInputs::HowToRead(size_t input, ColumnOrderIs order) const {
  const ObjectInfo& object = objects_[input];
  const std::vector<RowGroup>& groups = footers_[input].row_groups;
  ReadAheadOptions read;
  read.executor = &io_;
  const int64_t chunks = groups.size() == 1 ? static_cast<int64_t>(groups[0].columns.size()) : 0;
  if (order == ColumnOrderIs::kThatOfFiles && object.uri.scheme == Scheme::kLocal &&
      chunks * kSmallChunk > object.size) {
    read.block_size = kBlockOfChunks;
    read.blocks_ahead = 1;
    read.share_all = true;
  } else {
    read.share_all = object.size < read.block_size;  // it is one block
  }
  return read;
}

Result<std::vector<std::shared_ptr<arrow::io::RandomAccessFile>>> TaskInputs::Open(
    std::span<const int> inputs, ColumnOrderIs order) const {
  std::vector<std::shared_ptr<arrow::io::RandomAccessFile>> files(inputs.size());
  const auto count = static_cast<int64_t>(inputs.size());
  PQ_RETURN_NOT_OK(io_.ForEach(count, kAtATime, [&](int64_t number) -> Status {
    const auto i = static_cast<size_t>(number);
    const auto input = static_cast<size_t>(inputs[i]);
    files[i] = kept_[input];
    if (files[i] != nullptr) return Status::OK();
    PQ_ASSIGN(files[i], ReadAheadFile::Open(store_, objects_[input], HowToRead(input, order)));
    // Fetches a small file whole, and the begin of a large one.
    uint8_t first = 0;
    return files[i]->ReadAt(0, 1, &first).status();
  }));
  return files;
}

std::unique_ptr<CoalescedFile> TaskInputs::Look(int input, const StoreCopyPlan& plan) const {
  const ObjectInfo& object = objects_[static_cast<size_t>(input)];
  return std::make_unique<CoalescedFile>(store_, object, CoalesceLooks(plan, object.uri.scheme),
                                         &io_);
}

}  // namespace pqpack
