// SPDX-License-Identifier: Apache-2.0
//
// For tests and fuzzers of merges: inputs and outputs in memory.
#pragma once

#include <arrow/buffer.h>
#include <arrow/io/memory.h>

#include <memory>
#include <span>
#include <vector>

#include "execute/merge/merge_files.h"

namespace pqpack::testing {

using Buffers = std::vector<std::shared_ptr<arrow::Buffer>>;

// Input i is files[i].  Borrowed.
inline OpenInputs OpenBuffers(const Buffers& files) {
  return [&files](std::span<const int> inputs)
             -> Result<std::vector<std::shared_ptr<arrow::io::RandomAccessFile>>> {
    std::vector<std::shared_ptr<arrow::io::RandomAccessFile>> opened;
    for (const int input : inputs) {
      opened.push_back(
          std::make_shared<arrow::io::BufferReader>(files[static_cast<size_t>(input)]));
    }
    return opened;
  };
}

struct MergedBuffers {
  Buffers files;
  std::shared_ptr<arrow::io::BufferOutputStream> sink;  // of the one at hand

  // Borrow this; no store appends.
  MergeSinks Sinks() {
    MergeSinks sinks;
    sinks.begin = [this]() -> Result<std::shared_ptr<arrow::io::OutputStream>> {
      PQ_ASSIGN(sink, arrow::io::BufferOutputStream::Create());
      return sink;
    };
    sinks.finished = [this](const MergedOutput&) -> Status {
      PQ_ASSIGN(files.emplace_back(), sink->Finish());
      return Status::OK();
    };
    return sinks;
  }
};

}  // namespace pqpack::testing
