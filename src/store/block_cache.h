// SPDX-License-Identifier: Apache-2.0
//
// The blocks of one object: fetched once however many threads ask, the next ones
// in the background, and never more bytes than allowed.  Thread-safe.
#pragma once

#include <arrow/buffer.h>

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

#include "base/executor.h"
#include "store/object_store.h"

namespace pqpack {

// Cuts an object into blocks of `block_size`; the last one takes the rest, so
// that no request is small.
struct BlockLayout {
  int64_t size = 0;
  int64_t block_size = 1;

  int64_t count() const;
  int64_t IndexOf(int64_t offset) const;
  ByteRange RangeOf(int64_t index) const;
};

// Reads `range` of `object`; fewer bytes than asked are an error.
Result<std::shared_ptr<arrow::Buffer>> ReadExactly(ObjectStore& store, const ObjectInfo& object,
                                                   ByteRange range);

class BlockCache : public std::enable_shared_from_this<BlockCache> {
 public:
  // Borrows `store` and `executor` (may be null) until Close() has returned.
  BlockCache(ObjectStore& store, ObjectInfo object, const BlockLayout& layout, Executor* executor,
             int blocks_ahead, int64_t max_bytes);

  // Block `index`, fetched if it is not here; fetching the blocks behind it begins
  // in the background.  Null where there is no room for it: all bytes are blocks
  // that are being fetched or of which the caller holds slices.
  Result<std::shared_ptr<arrow::Buffer>> Get(int64_t index);

  // Drops all blocks and waits for requests under way; Get() fails from here on.
  void Close();
  bool closed() const;
  int64_t bytes_held() const;

  const BlockLayout& layout() const { return layout_; }

 private:
  // kQueued: a task of the executor will fetch it, unless somebody needs it first.
  enum class State { kQueued, kFetching, kReady, kGone };
  struct Block {
    State state = State::kQueued;
    bool wanted = false;  // somebody asked for it, not only the read-ahead
    int readers = 0;      // calls of Get() that are about to return it
    uint64_t last_use = 0;
    std::shared_ptr<arrow::Buffer> bytes;
    Status error;
  };
  using Blocks = std::map<int64_t, std::shared_ptr<Block>>;

  // All with the lock held.
  bool MakeRoom(int64_t bytes, bool for_read_ahead);
  Blocks::iterator Victim(bool for_read_ahead);
  void Drop(Blocks::iterator block);
  std::shared_ptr<Block> Add(int64_t index, bool for_read_ahead);
  void ReadAhead(int64_t index);
  bool Claim(Block& block);  // true: the caller must Fetch() it now
  void Fetch(int64_t index, Block& block, std::unique_lock<std::mutex>* lock);

  ObjectStore& store_;
  const ObjectInfo object_;
  const BlockLayout layout_;
  Executor* const executor_;
  const int blocks_ahead_;
  const int64_t max_bytes_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Blocks blocks_;
  int64_t held_ = 0;  // bytes of all of `blocks_`, fetched or not yet
  int fetching_ = 0;
  uint64_t clock_ = 0;
  bool closed_ = false;
};

}  // namespace pqpack
