// SPDX-License-Identifier: Apache-2.0
//
// A block that is queued for the background belongs to whoever comes first: a
// reader that needs it does not wait for the executor, whose threads may all be
// readers that wait.  So a reader only ever waits for a request under way.
#include "store/block_cache.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/caught.h"

namespace pqpack {

int64_t BlockLayout::count() const { return std::max<int64_t>(1, size / block_size); }

int64_t BlockLayout::IndexOf(int64_t offset) const {
  return std::min(offset / block_size, count() - 1);
}

ByteRange BlockLayout::RangeOf(int64_t index) const {
  const int64_t offset = index * block_size;
  return {offset, index + 1 == count() ? size - offset : block_size};
}

Result<std::shared_ptr<arrow::Buffer>> ReadExactly(ObjectStore& store, const ObjectInfo& object,
                                                   ByteRange range) {
  PQ_ASSIGN(auto bytes, store.Read(object.id(), range));
  if (bytes->size() == range.length) return bytes;
  return Error(ErrorCode::kTransient,
               fmt::format("{}: the store gave {} of {} bytes from {}", object.uri.ToString(),
                           bytes->size(), range.length, range.offset),
               "Run again.");
}

BlockCache::BlockCache(ObjectStore& store, ObjectInfo object, const BlockLayout& layout,
                       Executor* executor, int blocks_ahead, int64_t max_bytes)
    : store_(store),
      object_(std::move(object)),
      layout_(layout),
      executor_(executor),
      blocks_ahead_(blocks_ahead),
      max_bytes_(max_bytes) {}

Result<std::shared_ptr<arrow::Buffer>> BlockCache::Get(int64_t index) {
  std::unique_lock lock(mutex_);
  if (closed_) return Error(ErrorCode::kInternal, object_.uri.ToString() + ": read after Close");
  const auto found = blocks_.find(index);
  const auto block = found != blocks_.end() ? found->second : Add(index, false);
  if (block == nullptr) return nullptr;
  block->wanted = true;
  block->last_use = ++clock_;
  ++block->readers;
  const bool mine = Claim(*block);
  // Before this block's own request, so that all of them are under way together.
  ReadAhead(index);
  if (mine) Fetch(index, *block, &lock);
  changed_.wait(lock, [&] { return block->state != State::kFetching; });
  --block->readers;
  PQ_RETURN_NOT_OK(block->error);
  return block->bytes;
}

bool BlockCache::Claim(Block& block) {
  if (block.state != State::kQueued) return false;
  block.state = State::kFetching;
  ++fetching_;
  return true;
}

void BlockCache::Fetch(int64_t index, Block& block, std::unique_lock<std::mutex>* lock) {
  lock->unlock();
  auto bytes = Caught([&] { return ReadExactly(store_, object_, layout_.RangeOf(index)); });
  lock->lock();
  --fetching_;
  if (bytes.ok()) {
    block.state = State::kReady;
    block.bytes = std::move(bytes).ValueUnsafe();
  } else {
    block.error = bytes.status();
    Drop(blocks_.find(index));
  }
  changed_.notify_all();
}

std::shared_ptr<BlockCache::Block> BlockCache::Add(int64_t index, bool for_read_ahead) {
  const int64_t bytes = layout_.RangeOf(index).length;
  if (!MakeRoom(bytes, for_read_ahead)) return nullptr;
  auto block = std::make_shared<Block>();
  block->last_use = ++clock_;
  blocks_[index] = block;
  held_ += bytes;
  return block;
}

void BlockCache::ReadAhead(int64_t index) {
  if (executor_ == nullptr) return;
  const int64_t end = std::min(index + 1 + blocks_ahead_, layout_.count());
  for (int64_t next = index + 1; next < end; ++next) {
    if (blocks_.contains(next)) continue;
    auto block = Add(next, true);
    if (block == nullptr) return;
    executor_->Submit([self = shared_from_this(), block = std::move(block), next] {
      std::unique_lock lock(self->mutex_);
      if (self->Claim(*block)) self->Fetch(next, *block, &lock);
    });
  }
}

bool BlockCache::MakeRoom(int64_t bytes, bool for_read_ahead) {
  while (bytes > max_bytes_ - held_) {
    const auto victim = Victim(for_read_ahead);
    if (victim == blocks_.end()) return false;
    Drop(victim);
  }
  return true;
}

// The block that was used least recently and that nobody holds.  Reading ahead
// must not push out what was read ahead.
BlockCache::Blocks::iterator BlockCache::Victim(bool for_read_ahead) {
  auto victim = blocks_.end();
  for (auto it = blocks_.begin(); it != blocks_.end(); ++it) {
    const Block& block = *it->second;
    const bool idle =
        block.state == State::kReady && block.readers == 0 && block.bytes.use_count() == 1;
    const bool queued = block.state == State::kQueued;
    if (!(idle || queued) || (for_read_ahead && !block.wanted)) continue;
    if (victim == blocks_.end() || block.last_use < victim->second->last_use) victim = it;
  }
  return victim;
}

void BlockCache::Drop(Blocks::iterator block) {
  held_ -= layout_.RangeOf(block->first).length;
  block->second->state = State::kGone;
  blocks_.erase(block);
}

void BlockCache::Close() {
  std::unique_lock lock(mutex_);
  closed_ = true;
  for (auto it = blocks_.begin(); it != blocks_.end();) {
    const auto block = it++;
    if (block->second->state == State::kQueued) Drop(block);
  }
  changed_.wait(lock, [&] { return fetching_ == 0; });
  while (!blocks_.empty()) Drop(blocks_.begin());
}

bool BlockCache::closed() const {
  std::lock_guard lock(mutex_);
  return closed_;
}

int64_t BlockCache::bytes_held() const {
  std::lock_guard lock(mutex_);
  return held_;
}

}  // namespace pqpack
