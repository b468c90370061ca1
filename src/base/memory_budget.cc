// SPDX-License-Identifier: Apache-2.0
#include "base/memory_budget.h"

#include <algorithm>
#include <string>
#include <utility>

namespace pqpack {

MemoryBudget::Reservation::Reservation(Reservation&& other) noexcept
    : budget_(std::exchange(other.budget_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}

MemoryBudget::Reservation& MemoryBudget::Reservation::operator=(Reservation&& other) noexcept {
  std::swap(budget_, other.budget_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

MemoryBudget::Reservation::~Reservation() {
  if (budget_ != nullptr) budget_->Release(bytes_);
}

Result<MemoryBudget::Reservation> MemoryBudget::Acquire(int64_t bytes, std::stop_token stop) {
  bytes = std::clamp<int64_t>(bytes, 0, limit_);
  std::unique_lock lock(mutex_);
  const uint64_t ticket = next_ticket_++;
  // A waiter that is cancelled keeps its place until it is its turn to leave:
  // tickets are served in order, and all waiters share the same stop.
  const bool granted = changed_.wait(
      lock, stop, [&] { return serving_ == ticket && used_ + bytes <= limit_; });
  if (!granted) {
    return Error(ErrorCode::kCancelled, "stopped while waiting for memory");
  }
  ++serving_;
  used_ += bytes;
  changed_.notify_all();
  return Reservation(this, bytes);
}

int64_t MemoryBudget::used() const {
  std::lock_guard lock(mutex_);
  return used_;
}

void MemoryBudget::Release(int64_t bytes) {
  std::lock_guard lock(mutex_);
  used_ -= bytes;
  changed_.notify_all();
}

Status CappedPool::Take(int64_t bytes) {
  const int64_t now = used_.fetch_add(bytes) + bytes;
  if (now > cap_) {
    used_.fetch_sub(bytes);
    return Status::OutOfMemory("an allocation of ", bytes, " bytes would exceed the ", cap_,
                               " bytes reserved for this file");
  }
  int64_t peak = peak_.load();
  while (now > peak && !peak_.compare_exchange_weak(peak, now)) {
  }
  total_.fetch_add(bytes);
  count_.fetch_add(1);
  return Status::OK();
}

Status CappedPool::Allocate(int64_t size, int64_t alignment, uint8_t** out) {
  PQ_RETURN_NOT_OK(Take(size));
  Status status = base_->Allocate(size, alignment, out);
  if (!status.ok()) used_.fetch_sub(size);
  return status;
}

Status CappedPool::Reallocate(int64_t old_size, int64_t new_size, int64_t alignment,
                              uint8_t** ptr) {
  const int64_t more = new_size - old_size;
  if (more > 0) PQ_RETURN_NOT_OK(Take(more));
  Status status = base_->Reallocate(old_size, new_size, alignment, ptr);
  if (status.ok() && more < 0) used_.fetch_add(more);
  if (!status.ok() && more > 0) used_.fetch_sub(more);
  return status;
}

void CappedPool::Free(uint8_t* buffer, int64_t size, int64_t alignment) {
  base_->Free(buffer, size, alignment);
  used_.fetch_sub(size);
}

}  // namespace pqpack
