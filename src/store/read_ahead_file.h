// SPDX-License-Identifier: Apache-2.0
//
// An object as Arrow's RandomAccessFile, with as few and as large requests as
// the way Parquet is read allows:
//
//   - an object below `block_size` is one Read of the whole, and nothing else;
//   - of a larger one the last kFooterGuess bytes are one Read, for the footer; all else is
//     read in blocks of `block_size` (the last one takes the rest and is less
//     than twice as long), the next ones in the background.
//
// Reads are pinned to the version in `object`; a read is short only at the end of
// the object.  Errors keep the store's ErrorCode.  ReadAt is thread-safe; Read,
// Seek, Tell and Close are for one thread.
#pragma once

#include <arrow/io/interfaces.h>
#include <arrow/memory_pool.h>

#include <memory>
#include <mutex>

#include "base/executor.h"
#include "store/block_cache.h"
#include "store/object_store.h"

namespace pqpack {

// What is fetched of a file's end before it is known how long the footer is.  With 64 KiB
// the footers of all but very wide files come with the first request (Arrow's reader takes
// as much, for that reason: PARQUET-978), and on S3 that takes hardly longer than the 8
// bytes that tell the length.
inline constexpr int64_t kFooterGuess = 64 * kKiB;

struct ReadAheadOptions {
  // Fetches blocks in the background; null: nothing is fetched ahead.  Borrowed;
  // must outlive the file.
  Executor* executor = nullptr;
  int64_t block_size = 8 * kMiB;
  int blocks_ahead = 2;
  // Bytes held at the most; -1: MemoryFor().  Less makes blocks smaller, and what
  // does not fit is read without being kept.
  int64_t max_bytes = -1;
  // Results share memory with their block however small they are: for who holds the file, and so
  // its blocks, as long as them.
  bool share_all = false;
  // Where results are allocated that are no slice of a block; the caller's, as
  // these results are, and not part of `max_bytes`.
  arrow::MemoryPool* pool = arrow::system_memory_pool();
};

class ReadAheadFile : public arrow::io::RandomAccessFile {
 public:
  // Makes no request.  `store` is borrowed and must outlive the file, slices of
  // its blocks may outlive both.
  static Result<std::shared_ptr<ReadAheadFile>> Open(ObjectStore& store, const ObjectInfo& object,
                                                     const ReadAheadOptions& options);
  ~ReadAheadFile() override;

  // What a file of `size` bytes holds at the most.
  static int64_t MemoryFor(int64_t size, const ReadAheadOptions& options);

  Result<int64_t> ReadAt(int64_t position, int64_t bytes, void* out) override;
  // Shares memory with a block where that does not keep a large block alive for a
  // small result, and where share_all says so.
  Result<std::shared_ptr<arrow::Buffer>> ReadAt(int64_t position, int64_t bytes) override;
  Result<int64_t> GetSize() override { return object_.size; }
  Result<int64_t> Read(int64_t bytes, void* out) override;
  Result<std::shared_ptr<arrow::Buffer>> Read(int64_t bytes) override;
  Status Seek(int64_t position) override;
  Result<int64_t> Tell() const override { return position_; }
  // Waits for requests under way.
  Status Close() override;
  bool closed() const override { return cache_->closed(); }
  // Memory in use: the blocks here or under way, and the tail.
  int64_t bytes_held();

 private:
  ReadAheadFile(ObjectStore& store, ObjectInfo object, const ReadAheadOptions& options,
                const BlockLayout& layout, int64_t cache_bytes, int64_t tail_offset);

  // The part of the object that a read asks for, cut at its end.
  Result<ByteRange> Clip(int64_t position, int64_t bytes) const;
  Status CopyTo(ByteRange range, uint8_t* out);
  Status CopyBlocks(ByteRange range, uint8_t* out);
  bool IsFooter(ByteRange range) const;
  Result<std::shared_ptr<arrow::Buffer>> Tail();

  ObjectStore& store_;
  const ObjectInfo object_;
  arrow::MemoryPool* const pool_;
  const bool share_all_;
  const std::shared_ptr<BlockCache> cache_;
  const int64_t tail_offset_;  // the tail is kept from here on; the object's size if there is none
  std::mutex tail_mutex_;
  std::shared_ptr<arrow::Buffer> tail_;
  int64_t position_ = 0;
};

}  // namespace pqpack
