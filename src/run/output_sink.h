// SPDX-License-Identifier: Apache-2.0
//
// Where a rewritten file goes: every byte passes the output check on its way to
// the store.  Makes an arrow::io::OutputStream of an ObjectWriter; closing it
// does not publish anything.
#pragma once

#include <arrow/io/interfaces.h>

#include "store/object_store.h"
#include "verify/output_check.h"

namespace pqpack {

// Borrows both.  One thread.
class OutputSink : public arrow::io::OutputStream {
 public:
  OutputSink(ObjectWriter& writer, OutputCheck& check) : writer_(writer), check_(check) {}

  using arrow::io::OutputStream::Write;
  Status Write(const void* data, int64_t bytes) override {
    const Bytes view(static_cast<const uint8_t*>(data), static_cast<size_t>(bytes));
    PQ_RETURN_NOT_OK(check_.Append(view));
    position_ += bytes;
    return writer_.Append(view);
  }
  Status Close() override {
    closed_ = true;
    return Status::OK();
  }
  Result<int64_t> Tell() const override { return position_; }
  bool closed() const override { return closed_; }

 private:
  ObjectWriter& writer_;
  OutputCheck& check_;
  int64_t position_ = 0;
  bool closed_ = false;
};

}  // namespace pqpack
