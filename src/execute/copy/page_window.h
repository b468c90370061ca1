// SPDX-License-Identifier: Apache-2.0
//
// A range of a file, front to back, without ever holding more of it than a window.
// Made for column chunks: headers of unknown length, then bodies of known length.
#pragma once

#include <arrow/buffer.h>
#include <arrow/io/interfaces.h>

#include <cstdint>
#include <memory>

#include "base/bytes.h"
#include "base/status.h"

namespace pqpack {

// Borrows the file.  One thread.
class PageWindow {
 public:
  static constexpr int64_t kSize = kMiB;

  PageWindow(arrow::io::RandomAccessFile& file, ByteRange range)
      : file_(file), position_(range.offset), end_(range.end()) {}

  int64_t position() const { return position_; }
  int64_t left() const { return end_ - position_; }

  // Bytes from position() on: at least `want` of them, or all that are left of the range.
  // They stay until the next call.  kCorrupt: the file ends inside of the range.
  Result<Bytes> Peek(int64_t want);

  // Goes on by no more than left().
  void Skip(int64_t bytes) { position_ += bytes; }

 private:
  arrow::io::RandomAccessFile& file_;
  int64_t position_;
  const int64_t end_;
  std::shared_ptr<arrow::Buffer> window_;
  int64_t window_offset_ = 0;
};

}  // namespace pqpack
