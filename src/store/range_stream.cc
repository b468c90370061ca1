// SPDX-License-Identifier: Apache-2.0
//
// Instead of arrow::io::BufferedInputStream, whose Peek() makes its buffer longer where what is
// asked for does not fit behind what was read already, instead of moving that away.  A reader
// that peeks at every page header makes it grow by a header at a time, and each time it is
// copied: 160,000 pages of one value took `pqpack verify` 134 s.
#include "store/range_stream.h"

#include <arrow/buffer.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

namespace pqpack {
namespace {

class RangeStream : public arrow::io::InputStream {
 public:
  RangeStream(std::shared_ptr<arrow::io::RandomAccessFile> file, ByteRange range, int64_t buffer,
              arrow::MemoryPool* pool)
      : file_(std::move(file)), range_(range), buffer_size_(buffer), pool_(pool) {}

  Result<std::string_view> Peek(int64_t bytes) override {
    if (bytes > held_) PQ_RETURN_NOT_OK(Fill(bytes));
    return std::string_view(reinterpret_cast<const char*>(Held()),
                            static_cast<size_t>(std::min(bytes, held_)));
  }

  Result<int64_t> Read(int64_t bytes, void* out) override {
    const int64_t from_held = std::min(bytes, held_);
    if (from_held > 0) std::memcpy(out, Held(), static_cast<size_t>(from_held));
    Take(from_held);
    const int64_t rest = std::min(bytes - from_held, Ahead());
    if (rest <= 0) return from_held;
    PQ_ASSIGN(const int64_t read,
              file_->ReadAt(Position(), rest, static_cast<uint8_t*>(out) + from_held));
    done_ += read;
    return from_held + read;
  }

  Result<std::shared_ptr<arrow::Buffer>> Read(int64_t bytes) override {
    bytes = std::min(bytes, held_ + Ahead());
    PQ_ASSIGN(std::shared_ptr<arrow::ResizableBuffer> out,
              arrow::AllocateResizableBuffer(bytes, pool_));
    PQ_ASSIGN(const int64_t read, Read(bytes, out->mutable_data()));
    if (read < bytes) PQ_RETURN_NOT_OK(out->Resize(read));
    return out;
  }

  Result<int64_t> Tell() const override { return done_; }
  Status Close() override {
    closed_ = true;
    return Status::OK();
  }
  bool closed() const override { return closed_; }

 private:
  // In the file, of what comes next behind what is held.
  int64_t Position() const { return range_.offset + done_ + held_; }
  int64_t Ahead() const { return range_.length - done_ - held_; }
  const uint8_t* Held() const { return buffer_ == nullptr ? nullptr : buffer_->data() + begin_; }

  void Take(int64_t bytes) {
    begin_ += bytes;
    held_ -= bytes;
    done_ += bytes;
  }

  // To at least `bytes`, unless the range ends before; as far as the buffer goes.
  Status Fill(int64_t bytes) {
    const int64_t size = std::min(std::max(bytes, buffer_size_), held_ + Ahead());
    if (buffer_ == nullptr || buffer_->size() < size) {
      PQ_ASSIGN(std::shared_ptr<arrow::Buffer> larger, arrow::AllocateBuffer(size, pool_));
      if (held_ > 0) std::memcpy(larger->mutable_data(), Held(), static_cast<size_t>(held_));
      buffer_ = std::move(larger);
    } else if (held_ > 0) {
      std::memmove(buffer_->mutable_data(), Held(), static_cast<size_t>(held_));
    }
    begin_ = 0;
    if (size <= held_) return Status::OK();
    PQ_ASSIGN(const int64_t read,
              file_->ReadAt(Position(), size - held_, buffer_->mutable_data() + held_));
    held_ += read;
    return Status::OK();
  }

  const std::shared_ptr<arrow::io::RandomAccessFile> file_;
  const ByteRange range_;
  const int64_t buffer_size_;
  arrow::MemoryPool* const pool_;
  std::shared_ptr<arrow::Buffer> buffer_;
  int64_t begin_ = 0;  // in the buffer, of what is held
  int64_t held_ = 0;
  int64_t done_ = 0;  // bytes of the range that were given out
  bool closed_ = false;
};

}  // namespace

std::shared_ptr<arrow::io::InputStream> OpenRange(std::shared_ptr<arrow::io::RandomAccessFile> file,
                                                  ByteRange range, int64_t buffer,
                                                  arrow::MemoryPool* pool) {
  return std::make_shared<RangeStream>(std::move(file), range, buffer, pool);
}

}  // namespace pqpack
