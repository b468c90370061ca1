// SPDX-License-Identifier: Apache-2.0
//
// The sink as Parquet's writer sees it.  That writer ends the file in its
// destructor, too, so after an error it would leave a file behind that looks
// whole and lacks rows: the gate lets nothing through once it is shut.
#pragma once

#include <arrow/io/interfaces.h>

#include <memory>
#include <utility>

#include "base/status.h"

namespace pqpack {

class OutputGate : public arrow::io::OutputStream {
 public:
  explicit OutputGate(std::shared_ptr<arrow::io::OutputStream> sink) : sink_(std::move(sink)) {}

  void Shut() { shut_ = true; }
  int64_t written() const { return written_; }

  using arrow::io::OutputStream::Write;
  Status Write(const void* data, int64_t bytes) override {
    if (shut_) return Error(ErrorCode::kCancelled, "the output was given up");
    PQ_RETURN_NOT_OK(sink_->Write(data, bytes));
    written_ += bytes;
    return Status::OK();
  }
  Status Write(const std::shared_ptr<arrow::Buffer>& data) override {
    return Write(data->data(), data->size());
  }
  // Offsets in the footer count from the first byte written here.
  Result<int64_t> Tell() const override { return written_; }
  Status Flush() override { return Status::OK(); }
  Status Close() override { return Status::OK(); }
  bool closed() const override { return shut_; }

 private:
  const std::shared_ptr<arrow::io::OutputStream> sink_;
  int64_t written_ = 0;
  bool shut_ = false;
};

}  // namespace pqpack
