// SPDX-License-Identifier: Apache-2.0
//
// In blocks, since nothing reads them but WriteTo(): a buffer that grows in one piece would
// hold twice as much whenever it does.  The last block, of which some is not used, is a fifth of
// all at the most.
#include "execute/merge/held_bytes.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/bytes.h"
#include "execute/parquet_call.h"

namespace pqpack {
namespace {

constexpr int64_t kSmallest = 4 * kKiB;  // of thousands of columns many are shorter still
constexpr int64_t kLargest = kMiB;

class HeldFile : public arrow::io::RandomAccessFile {
 public:
  HeldFile(std::shared_ptr<const HeldBytes> bytes, arrow::MemoryPool* pool)
      : bytes_(std::move(bytes)), pool_(pool) {}

  Result<int64_t> GetSize() override { return bytes_->Tell(); }
  Result<int64_t> ReadAt(int64_t position, int64_t bytes, void* out) override {
    return bytes_->CopyTo(position, bytes, static_cast<uint8_t*>(out));
  }
  Result<std::shared_ptr<arrow::Buffer>> ReadAt(int64_t position, int64_t bytes) override {
    PQ_ASSIGN(const int64_t end, GetSize());
    PQ_ASSIGN(std::shared_ptr<arrow::ResizableBuffer> buffer,
              arrow::AllocateResizableBuffer(std::clamp(bytes, int64_t{0}, end), pool_));
    PQ_ASSIGN(const int64_t read, ReadAt(position, buffer->size(), buffer->mutable_data()));
    PQ_RETURN_NOT_OK(buffer->Resize(read, /*shrink_to_fit=*/false));
    return buffer;
  }
  Result<int64_t> Read(int64_t bytes, void* out) override {
    PQ_ASSIGN(const int64_t read, ReadAt(position_, bytes, out));
    position_ += read;
    return read;
  }
  Result<std::shared_ptr<arrow::Buffer>> Read(int64_t bytes) override {
    PQ_ASSIGN(auto buffer, ReadAt(position_, bytes));
    position_ += buffer->size();
    return buffer;
  }
  Status Seek(int64_t position) override {
    position_ = position;
    return Status::OK();
  }
  Result<int64_t> Tell() const override { return position_; }
  Status Close() override { return Status::OK(); }
  bool closed() const override { return false; }

 private:
  const std::shared_ptr<const HeldBytes> bytes_;
  arrow::MemoryPool* const pool_;
  int64_t position_ = 0;
};

}  // namespace

Status HeldBytes::Write(const void* data, int64_t bytes) {
  const auto* from = static_cast<const uint8_t*>(data);
  while (bytes > 0) {
    if (blocks_.empty() || blocks_.back().used == blocks_.back().bytes->size()) {
      auto block = arrow::AllocateBuffer(std::clamp(size_ / 4, kSmallest, kLargest), pool_);
      if (!block.ok()) return WithCode(block.status(), ErrorCode::kInternal);
      blocks_.push_back({*std::move(block), 0});
    }
    Block& block = blocks_.back();
    const int64_t piece = std::min(bytes, block.bytes->size() - block.used);
    std::memcpy(block.bytes->mutable_data() + block.used, from, static_cast<size_t>(piece));
    block.used += piece;
    size_ += piece;
    from += piece;
    bytes -= piece;
  }
  return Status::OK();
}

Status HeldBytes::WriteTo(arrow::io::OutputStream& sink) const {
  for (const Block& block : blocks_) {
    PQ_RETURN_NOT_OK(sink.Write(block.bytes->data(), block.used));
  }
  return Status::OK();
}

int64_t HeldBytes::CopyTo(int64_t position, int64_t bytes, uint8_t* out) const {
  int64_t copied = 0;
  int64_t begin = kBegin;  // of the block
  for (const Block& block : blocks_) {
    const int64_t from = std::max(position + copied - begin, int64_t{0});
    const int64_t piece = std::min(bytes - copied, block.used - from);
    if (piece > 0 && position + copied >= begin) {
      std::memcpy(out + copied, block.bytes->data() + from, static_cast<size_t>(piece));
      copied += piece;
    }
    begin += block.used;
  }
  return copied;
}

std::shared_ptr<arrow::io::RandomAccessFile> OpenHeld(std::shared_ptr<const HeldBytes> bytes,
                                                      arrow::MemoryPool* pool) {
  return std::make_shared<HeldFile>(std::move(bytes), pool);
}

}  // namespace pqpack
