// SPDX-License-Identifier: Apache-2.0
//
// The parts of one upload that are under way: started in order, finished in any.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <vector>

#include "base/executor.h"
#include "store/s3/multipart.h"

namespace pqpack {

// One producer thread.
class PartUploads {
 public:
  // The task sends one part; it must end soon when its token is stopped.
  using Task = std::function<Result<UploadedPart>(std::stop_token stop)>;

  // Without `io` tasks run in Start().  Stopping `stop` stops the tasks.
  PartUploads(Executor* io, int limit, std::stop_token stop);
  ~PartUploads() { Cancel(); }

  // Blocks while `limit` tasks are under way.  The first error of any task, after
  // which nothing is started.
  Status Start(Task task);

  // Waits for all; the parts in order of their numbers, or the first error.
  Result<std::vector<UploadedPart>> Wait();

  // Stops what is under way and waits for it.
  void Cancel();

 private:
  void Run(const Task& task);
  Status error() const;

  std::stop_source stop_;
  std::stop_callback<std::function<void()>> forward_;
  mutable std::mutex mutex_;
  std::vector<UploadedPart> parts_;
  Status first_error_;
  std::optional<TaskGroup> group_;  // last: its tasks use what is above
};

}  // namespace pqpack
