// SPDX-License-Identifier: Apache-2.0
#include "base/executor.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <utility>

namespace pqpack {

Executor::Executor(int threads) {
  threads_.reserve(static_cast<size_t>(std::max(1, threads)));
  for (int i = 0; i < std::max(1, threads); ++i) threads_.emplace_back([this] { Loop(); });
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

// Shared by the caller and its helpers; helpers that start late find no index
// left and go home, which is why they own a share of this state.
struct ForEachState {
  int64_t count = 0;
  std::function<Status(int64_t)> fn;
  std::atomic<int64_t> next{0};
  std::mutex mutex;
  std::condition_variable changed;
  int busy = 0;
  bool closed = false;
  Status first;

  void Work() {
    while (true) {
      const int64_t i = next.fetch_add(1);
      if (i >= count) return;
      Status status = fn(i);
      if (status.ok()) continue;
      next.store(count);
      std::lock_guard lock(mutex);
      if (first.ok()) first = std::move(status);
    }
  }
};

}  // namespace

Status Executor::ForEach(int64_t count, int width, const std::function<Status(int64_t)>& fn) {
  auto state = std::make_shared<ForEachState>();
  state->count = count;
  state->fn = fn;
  const int64_t helpers = std::min<int64_t>({width - 1, count - 1, threads()});
  for (int64_t i = 0; i < helpers; ++i) {
    Submit([state] {
      {
        std::lock_guard lock(state->mutex);
        if (state->closed) return;
        ++state->busy;
      }
      state->Work();
      std::lock_guard lock(state->mutex);
      --state->busy;
      state->changed.notify_all();
    });
  }
  state->Work();
  std::unique_lock lock(state->mutex);
  state->closed = true;  // `fn` borrows from the caller: nobody may start from here on
  state->changed.wait(lock, [&] { return state->busy == 0; });
  return state->first;
}

void TaskGroup::Run(std::function<void()> task) {
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return running_ < limit_; });
    ++running_;
  }
  executor_->Submit([this, task = std::move(task)] {
    task();
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
