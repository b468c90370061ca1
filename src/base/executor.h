// SPDX-License-Identifier: Apache-2.0
//
// The one place with threads.  An Executor is a fixed set of them; a TaskGroup
// runs a bounded number of blocking tasks on it and collects the first error.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "base/status.h"

namespace pqpack {

// Runs tasks in order of arrival.  Thread-safe.  The destructor finishes the
// queued tasks and joins.  Tasks must not throw.
class Executor {
 public:
  // Fewer threads where the system gives no more; std::system_error if it gives none.
  explicit Executor(int threads);
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  void Submit(std::function<void()> task);
  int threads() const { return static_cast<int>(threads_.size()); }

  // Calls fn(0) ... fn(count - 1), some of them on idle threads of the executor
  // (`width` at the most, this one included), and returns the first error; what
  // had not started by then is left out.  An exception is such an error, too.  The caller
  // takes part, so that a task may call this without a deadlock on its own executor.
  Status ForEach(int64_t count, int width, const std::function<Status(int64_t)>& fn);

 private:
  void Loop();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> queue_;
  bool closing_ = false;
  std::vector<std::thread> threads_;
};

// Tasks that belong together.  Run() blocks while `limit` of them (at least one)
// are not finished: a producer can't run ahead of the work.  When Wait() returns
// the tasks are destroyed, too.  One producer thread, and not one of the executor.
class TaskGroup {
 public:
  TaskGroup(Executor* executor, int limit) : executor_(executor), limit_(std::max(1, limit)) {}
  ~TaskGroup() { Wait(); }
  void Run(std::function<void()> task);
  void Wait();
  int running() const;

 private:
  Executor* executor_;
  const int limit_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  int running_ = 0;
};

}  // namespace pqpack
