// SPDX-License-Identifier: Apache-2.0
//
// Where a file that is made goes: a function that takes its bytes in order, as an
// arrow::io::OutputStream.  Closing it does not publish anything.
#pragma once

#include <arrow/io/interfaces.h>

#include <functional>
#include <utility>

#include "base/bytes.h"
#include "base/status.h"

namespace pqpack {

// One thread.
class OutputSink : public arrow::io::OutputStream {
 public:
  using Take = std::function<Status(Bytes)>;

  // `position`: bytes of the file before the first one that is taken.
  explicit OutputSink(Take take, int64_t position = 0)
      : take_(std::move(take)), position_(position) {}

  using arrow::io::OutputStream::Write;
  Status Write(const void* data, int64_t bytes) override {
    PQ_RETURN_NOT_OK(take_({static_cast<const uint8_t*>(data), static_cast<size_t>(bytes)}));
    position_ += bytes;
    return Status::OK();
  }
  // So many bytes of the file came in another way.
  void Passed(int64_t bytes) { position_ += bytes; }
  Status Close() override {
    closed_ = true;
    return Status::OK();
  }
  Result<int64_t> Tell() const override { return position_; }
  bool closed() const override { return closed_; }

 private:
  const Take take_;
  int64_t position_;
  bool closed_ = false;
};

}  // namespace pqpack
