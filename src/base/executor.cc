// SPDX-License-Identifier: Apache-2.0
#include "base/executor.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <system_error>
#include <utility>

#include "base/caught.h"

namespace pqpack {

Executor::Executor(int threads) {
  threads_.reserve(static_cast<size_t>(std::max(1, threads)));
  try {
    for (int i = 0; i < std::max(1, threads); ++i) threads_.emplace_back([this] { Loop(); });
  } catch (const std::system_error&) {
    // The system's limit of threads: go on with those there are, if any.
    if (threads_.empty()) throw;
  }
}

Executor::~Executor() {
  {
    std::lock_guard lock(mutex_);
    closing_ = true;
  }
  changed_.notify_all();
  for (auto& thread : threads_) thread.join();
}

void Executor::Submit(std::function<void()> task) {
  {
    std::lock_guard lock(mutex_);
    queue_.push_back(std::move(task));
  }
  changed_.notify_one();
}

void Executor::Loop() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return closing_ || !queue_.empty(); });
    if (queue_.empty()) return;
    auto task = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    task();
    task = nullptr;
    lock.lock();
  }
}

namespace {

// Shared by the caller and its helpers.  A helper that starts after the caller has
// left finds no index, and goes home without touching `fn`, which is the caller's, or the executor.
// Each helper calls the next one when it begins: what is short is over before all were woken, which
// would cost more than the work.
struct ForEachState {
  Executor& executor;
  const int64_t count;
  const std::function<Status(int64_t)>& fn;
  std::atomic<int64_t> helpers;  // that may still be called
  std::atomic<int64_t> next{0};
  std::mutex mutex{};
  std::condition_variable changed{};
  int busy = 0;  // helpers that may be calling `fn`
  Status first{};

  void Work() {
    while (true) {
      const int64_t i = next.fetch_add(1);
      if (i >= count) return;
      Status status = Caught([&] { return fn(i); });
      if (status.ok()) continue;
      next.store(count);
      std::lock_guard lock(mutex);
      if (first.ok()) first = std::move(status);
    }
  }

  static void CallHelper(const std::shared_ptr<ForEachState>& state) {
    if (state->next < state->count && state->helpers.fetch_sub(1) > 0) {
      state->executor.Submit([state] { state->Help(state); });
    }
  }

  void Help(const std::shared_ptr<ForEachState>& self) {
    {
      std::lock_guard lock(mutex);
      ++busy;
    }
    CallHelper(self);
    Work();
    std::lock_guard lock(mutex);
    --busy;
    changed.notify_all();
  }
};

}  // namespace

Status Executor::ForEach(int64_t count, int width, const std::function<Status(int64_t)>& fn) {
  const int64_t helpers = std::min<int64_t>({width - 1, count - 1, threads()});
  const auto state = std::make_shared<ForEachState>(*this, count, fn, helpers);
  ForEachState::CallHelper(state);
  state->Work();
  std::unique_lock lock(state->mutex);
  state->changed.wait(lock, [&] { return state->busy == 0; });
  return state->first;
}

void TaskGroup::Run(std::function<void()> task) {
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return running_ < limit_; });
    ++running_;
  }
  executor_->Submit([this, task = std::move(task)]() mutable {
    task();
    // What it holds must be gone when Wait() returns.
    task = nullptr;
    std::lock_guard lock(mutex_);
    --running_;
    changed_.notify_all();
  });
}

void TaskGroup::Wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return running_ == 0; });
}

int TaskGroup::running() const {
  std::lock_guard lock(mutex_);
  return running_;
}

}  // namespace pqpack
