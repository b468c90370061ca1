// SPDX-License-Identifier: Apache-2.0
//
// How far a task is, told in bytes of its inputs while it is under way: one of a thousand files,
// or of a large one, takes minutes.  Three quarters of a byte are done when it was read to be
// merged, and the rest when the proof has read it and what became of it; where nothing is proven,
// all of it with the first.
#pragma once

#include <arrow/io/interfaces.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>

#include "base/events.h"

namespace pqpack {

// Thread-safe, but for BeginProof().
class TaskProgress {
 public:
  // `events` is borrowed.
  TaskProgress(int64_t input_bytes, bool proven, EventSink& events)
      : inputs_(input_bytes), proven_(proven), events_(events) {}
  // Tells what is left, so that all that it told is as much as its inputs have.
  ~TaskProgress();
  TaskProgress(const TaskProgress&) = delete;

  // Bytes of a stage may be read twice, or not at all: it counts as much as it has.
  void Merged(int64_t bytes) { Add(bytes, &merged_); }
  void BeginProof(int64_t output_bytes);
  void Proven(int64_t bytes) { Add(bytes, &compared_); }

 private:
  void Add(int64_t bytes, std::atomic<int64_t>* stage);
  int64_t Done() const;
  void Tell(int64_t done);

  const int64_t inputs_;
  const bool proven_;
  EventSink& events_;
  std::atomic<int64_t> merged_ = 0;
  std::atomic<int64_t> compared_ = 0;
  int64_t outputs_ = 0;
  std::atomic<int64_t> untold_ = 0;
  std::mutex mutex_;
  int64_t told_ = 0;
};

// An input whose bytes count as merged when they are read.
std::shared_ptr<arrow::io::RandomAccessFile> Counted(
    std::shared_ptr<arrow::io::RandomAccessFile> file, TaskProgress* progress);

}  // namespace pqpack
