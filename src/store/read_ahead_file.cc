// SPDX-License-Identifier: Apache-2.0
#include "store/read_ahead_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace pqpack {
namespace {

// A Parquet file ends in the footer, its length and four letters of magic: a read
// that ends where these last 8 bytes begin, or later, is one of the footer.
constexpr int64_t kFooterEnd = 8;
constexpr int64_t kSmallestBlock = 64 * kKiB;
// Blocks of MemoryFor(): the one before, the current one, and the room that the
// last one, which is longer, may need; to these come the ones ahead.
constexpr int64_t kBlocksBeside = 3;

bool IsSmall(int64_t size, const ReadAheadOptions& options) { return size < options.block_size; }

// A result that is much smaller than its block is copied, so that it can't keep
// the block's memory.
bool MayShare(int64_t result, int64_t block) { return result >= block / 4; }

}  // namespace

int64_t ReadAheadFile::MemoryFor(int64_t size, const ReadAheadOptions& options) {
  if (IsSmall(size, options)) return size;
  const int64_t window = (kBlocksBeside + options.blocks_ahead) * options.block_size;
  return std::min(size, window) + kFooterGuess;
}

Result<std::shared_ptr<ReadAheadFile>> ReadAheadFile::Open(ObjectStore& store,
                                                           const ObjectInfo& object,
                                                           const ReadAheadOptions& options) {
  if (object.size < 0 || options.block_size < kSmallestBlock) {
    return Error(ErrorCode::kInternal,
                 fmt::format("{}: {} bytes in blocks of {}", object.uri.ToString(), object.size,
                             options.block_size));
  }
  const int64_t most = options.max_bytes >= 0 ? options.max_bytes : MemoryFor(object.size, options);
  if (IsSmall(object.size, options) && object.size <= most) {
    const BlockLayout whole{object.size, options.block_size};
    return std::shared_ptr<ReadAheadFile>(
        new ReadAheadFile(store, object, options, whole, object.size, object.size));
  }
  // Too little for a few blocks (the last may be twice as long): smaller ones.
  BlockLayout blocks{object.size, options.block_size};
  if (most < 4 * blocks.block_size) blocks.block_size = std::max(kSmallestBlock, most / 4);
  const int64_t tail = std::min(kFooterGuess, object.size);
  return std::shared_ptr<ReadAheadFile>(
      new ReadAheadFile(store, object, options, blocks, most - tail, object.size - tail));
}

ReadAheadFile::ReadAheadFile(ObjectStore& store, ObjectInfo object, const ReadAheadOptions& options,
                             const BlockLayout& layout, int64_t cache_bytes, int64_t tail_offset)
    : store_(store),
      object_(std::move(object)),
      pool_(options.pool),
      share_all_(options.share_all),
      cache_(std::make_shared<BlockCache>(store, object_, layout, options.executor,
                                          options.blocks_ahead, cache_bytes)),
      tail_offset_(tail_offset) {}

ReadAheadFile::~ReadAheadFile() { cache_->Close(); }

Status ReadAheadFile::Close() {
  cache_->Close();
  return Status::OK();
}

Result<ByteRange> ReadAheadFile::Clip(int64_t position, int64_t bytes) const {
  if (closed()) return Error(ErrorCode::kInternal, object_.uri.ToString() + ": read after Close");
  if (position < 0 || bytes < 0) {
    return Error(ErrorCode::kInvalid, fmt::format("{}: no such range: {} bytes from {}",
                                                  object_.uri.ToString(), bytes, position));
  }
  position = std::min(position, object_.size);
  return ByteRange{position, std::min(bytes, object_.size - position)};
}

Result<std::shared_ptr<arrow::Buffer>> ReadAheadFile::ReadAt(int64_t position, int64_t bytes) {
  PQ_ASSIGN(const ByteRange range, Clip(position, bytes));
  const BlockLayout& layout = cache_->layout();
  const int64_t index = layout.IndexOf(range.offset);
  const ByteRange block = layout.RangeOf(index);
  const bool shared = share_all_ || MayShare(range.length, block.length);
  if (range.length > 0 && range.end() <= block.end() && shared && !IsFooter(range)) {
    PQ_ASSIGN(const auto whole, cache_->Get(index));
    if (whole == nullptr) return ReadExactly(store_, object_, range);
    return arrow::SliceBuffer(whole, range.offset - block.offset, range.length);
  }
  PQ_ASSIGN(std::unique_ptr<arrow::Buffer> result, arrow::AllocateBuffer(range.length, pool_));
  PQ_RETURN_NOT_OK(CopyTo(range, result->mutable_data()));
  return result;
}

Result<int64_t> ReadAheadFile::ReadAt(int64_t position, int64_t bytes, void* out) {
  PQ_ASSIGN(const ByteRange range, Clip(position, bytes));
  PQ_RETURN_NOT_OK(CopyTo(range, static_cast<uint8_t*>(out)));
  return range.length;
}

Status ReadAheadFile::CopyTo(ByteRange range, uint8_t* out) {
  if (range.length == 0) return Status::OK();
  if (!IsFooter(range)) return CopyBlocks(range, out);
  PQ_ASSIGN(const auto tail, Tail());
  const int64_t before = std::max<int64_t>(0, tail_offset_ - range.offset);
  if (before > 0) {
    PQ_ASSIGN(const auto head, ReadExactly(store_, object_, {range.offset, before}));
    std::memcpy(out, head->data(), static_cast<size_t>(before));
  }
  std::memcpy(out + before, tail->data() + (range.offset + before - tail_offset_),
              static_cast<size_t>(range.length - before));
  return Status::OK();
}

Status ReadAheadFile::CopyBlocks(ByteRange range, uint8_t* out) {
  while (range.length > 0) {
    const int64_t index = cache_->layout().IndexOf(range.offset);
    const ByteRange block = cache_->layout().RangeOf(index);
    const int64_t bytes = std::min(range.length, block.end() - range.offset);
    PQ_ASSIGN(auto source, cache_->Get(index));
    int64_t skip = range.offset - block.offset;
    if (source == nullptr) {
      PQ_ASSIGN(source, ReadExactly(store_, object_, {range.offset, bytes}));
      skip = 0;
    }
    std::memcpy(out, source->data() + skip, static_cast<size_t>(bytes));
    out += bytes;
    range = {range.offset + bytes, range.length - bytes};
  }
  return Status::OK();
}

// A file that is read whole has no tail: `tail_offset_` is its size.
bool ReadAheadFile::IsFooter(ByteRange range) const {
  return tail_offset_ < object_.size && range.end() >= object_.size - kFooterEnd &&
         range.length <= cache_->layout().block_size;
}

Result<std::shared_ptr<arrow::Buffer>> ReadAheadFile::Tail() {
  std::lock_guard lock(tail_mutex_);
  if (tail_ == nullptr) {
    PQ_ASSIGN(tail_, ReadExactly(store_, object_, {tail_offset_, object_.size - tail_offset_}));
  }
  return tail_;
}

int64_t ReadAheadFile::bytes_held() {
  std::lock_guard lock(tail_mutex_);
  return cache_->bytes_held() + (tail_ == nullptr ? 0 : tail_->size());
}

Status ReadAheadFile::Seek(int64_t position) {
  if (position < 0 || position > object_.size) {
    return Error(ErrorCode::kInvalid,
                 fmt::format("{}: no such position: {}", object_.uri.ToString(), position));
  }
  position_ = position;
  return Status::OK();
}

Result<int64_t> ReadAheadFile::Read(int64_t bytes, void* out) {
  PQ_ASSIGN(const int64_t done, ReadAt(position_, bytes, out));
  position_ += done;
  return done;
}

Result<std::shared_ptr<arrow::Buffer>> ReadAheadFile::Read(int64_t bytes) {
  PQ_ASSIGN(auto result, ReadAt(position_, bytes));
  position_ += result->size();
  return result;
}

}  // namespace pqpack
