// SPDX-License-Identifier: Apache-2.0
#include "run/task_progress.h"

#include <arrow/buffer.h>

#include <algorithm>
#include <utility>

#include "base/bytes.h"
#include "base/status.h"

namespace pqpack {
namespace {

// An event for each page would be a million.
constexpr int64_t kStep = kMiB;
constexpr int64_t kSteps = 64;  // at least, of a small task

class CountedFile : public arrow::io::RandomAccessFile {
 public:
  CountedFile(std::shared_ptr<arrow::io::RandomAccessFile> file, TaskProgress* progress)
      : file_(std::move(file)), progress_(*progress) {}

  Result<int64_t> ReadAt(int64_t position, int64_t bytes, void* out) override {
    PQ_ASSIGN(const int64_t read, file_->ReadAt(position, bytes, out));
    progress_.Merged(read);
    return read;
  }
  Result<std::shared_ptr<arrow::Buffer>> ReadAt(int64_t position, int64_t bytes) override {
    PQ_ASSIGN(auto read, file_->ReadAt(position, bytes));
    progress_.Merged(read->size());
    return read;
  }
  Result<int64_t> Read(int64_t bytes, void* out) override {
    PQ_ASSIGN(const int64_t read, file_->Read(bytes, out));
    progress_.Merged(read);
    return read;
  }
  Result<std::shared_ptr<arrow::Buffer>> Read(int64_t bytes) override {
    PQ_ASSIGN(auto read, file_->Read(bytes));
    progress_.Merged(read->size());
    return read;
  }
  Result<int64_t> GetSize() override { return file_->GetSize(); }
  Status Seek(int64_t position) override { return file_->Seek(position); }
  Result<int64_t> Tell() const override { return file_->Tell(); }
  Status Close() override { return file_->Close(); }
  bool closed() const override { return file_->closed(); }

 private:
  const std::shared_ptr<arrow::io::RandomAccessFile> file_;
  TaskProgress& progress_;
};

// `done` of `all`, in parts of `whole`.
int64_t Share(int64_t done, int64_t all, int64_t whole) {
  if (all <= 0 || done >= all) return whole;
  return static_cast<int64_t>(static_cast<double>(whole) * static_cast<double>(done) /
                              static_cast<double>(all));
}

}  // namespace

TaskProgress::~TaskProgress() { Tell(inputs_); }

void TaskProgress::BeginProof(int64_t output_bytes) {
  outputs_ = output_bytes;
  merged_ = inputs_;
  Tell(Done());
}

void TaskProgress::Add(int64_t bytes, std::atomic<int64_t>* stage) {
  *stage += bytes;
  if (untold_.fetch_add(bytes) + bytes >= std::min(kStep, inputs_ / kSteps)) Tell(Done());
}

int64_t TaskProgress::Done() const {
  if (!proven_) return Share(merged_, inputs_, inputs_);
  const int64_t proof = inputs_ / 4;
  const int64_t compared = compared_;
  return Share(merged_, inputs_, inputs_ - proof) +
         (compared > 0 ? Share(compared, inputs_ + outputs_, proof) : 0);
}

void TaskProgress::Tell(int64_t done) {
  const std::lock_guard lock(mutex_);
  untold_ = 0;
  if (done <= told_) return;
  Advanced more;
  more.bytes = done - std::exchange(told_, done);
  events_.Emit(more);
}

std::shared_ptr<arrow::io::RandomAccessFile> Counted(
    std::shared_ptr<arrow::io::RandomAccessFile> file, TaskProgress* progress) {
  return std::make_shared<CountedFile>(std::move(file), progress);
}

}  // namespace pqpack
