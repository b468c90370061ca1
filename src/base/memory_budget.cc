// SPDX-License-Identifier: Apache-2.0
#include "base/memory_budget.h"

#include <algorithm>
#include <string>
#include <utility>

namespace pqpack {

MemoryBudget::Reservation::Reservation(Reservation&& other) noexcept
    : budget_(std::exchange(other.budget_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}

MemoryBudget::Reservation& MemoryBudget::Reservation::operator=(Reservation&& other) noexcept {
  Reservation taken(std::move(other));  // what was held here ends with this scope
  std::swap(budget_, taken.budget_);
  std::swap(bytes_, taken.bytes_);
  return *this;
}

MemoryBudget::Reservation::~Reservation() {
  if (budget_ != nullptr) budget_->Release(bytes_);
}

Result<MemoryBudget::Reservation> MemoryBudget::Acquire(int64_t bytes, std::stop_token stop) {
  bytes = std::clamp<int64_t>(bytes, 0, limit_);
  std::unique_lock lock(mutex_);
  const auto place = waiting_.insert(waiting_.end(), bytes);
  const bool granted = changed_.wait(
      lock, stop, [&] { return place == waiting_.begin() && bytes <= limit_ - used_; });
  waiting_.erase(place);
  if (granted) used_ += bytes;
  changed_.notify_all();  // there is a new first one
  if (granted) return Reservation(this, bytes);
  return Error(ErrorCode::kCancelled, "stopped while waiting for memory");
}

std::optional<MemoryBudget::Reservation> MemoryBudget::TryAcquire(int64_t bytes) {
  std::lock_guard lock(mutex_);
  if (!waiting_.empty() || bytes > limit_ - used_) return std::nullopt;
  used_ += bytes;
  return Reservation(this, bytes);
}

int64_t MemoryBudget::used() const {
  std::lock_guard lock(mutex_);
  return used_;
}

int MemoryBudget::waiting() const {
  std::lock_guard lock(mutex_);
  return static_cast<int>(waiting_.size());
}

void MemoryBudget::Release(int64_t bytes) {
  std::lock_guard lock(mutex_);
  used_ -= bytes;
  changed_.notify_all();
}

Status CappedPool::Take(int64_t bytes) {
  // Never counted before it is granted: a refused giant must not make a small
  // allocation of another thread fail, and the sum can't overflow.
  int64_t used = used_.load();
  do {
    if (bytes > cap_ - used) {
      return Status::OutOfMemory("an allocation of ", bytes, " bytes would exceed the ", cap_,
                                 " bytes reserved for this file");
    }
  } while (!used_.compare_exchange_weak(used, used + bytes));
  int64_t peak = peak_.load();
  while (used + bytes > peak && !peak_.compare_exchange_weak(peak, used + bytes)) {
  }
  total_.fetch_add(bytes);
  count_.fetch_add(1);
  return Status::OK();
}

Status CappedPool::Allocate(int64_t size, int64_t alignment, uint8_t** out) {
  if (size < 0) return Status::Invalid("an allocation of ", size, " bytes");
  PQ_RETURN_NOT_OK(Take(size));
  Status status = base_->Allocate(size, alignment, out);
  if (!status.ok()) used_.fetch_sub(size);
  return status;
}

Status CappedPool::Reallocate(int64_t old_size, int64_t new_size, int64_t alignment,
                              uint8_t** ptr) {
  if (new_size < 0) return Status::Invalid("an allocation of ", new_size, " bytes");
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
