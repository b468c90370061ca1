// SPDX-License-Identifier: Apache-2.0
//
// The way of one file through repack: read, rewrite, check, publish.
#pragma once

#include <stop_token>

#include "base/events.h"
#include "base/executor.h"
#include "base/memory_budget.h"
#include "plan/repack_task.h"
#include "run/repack.h"
#include "store/object_store.h"

namespace pqpack {

// What the files of a run share.  Borrowed, thread-safe.
struct RepackContext {
  const RepackOptions& options;
  ObjectStore& source;
  ObjectStore& destination;
  Executor& workers;  // decoding and encoding
  Executor& io;       // reading ahead
  // A file takes its input bytes from the first and then, in one piece, its work
  // from the second.  Whoever holds work never asks for more, so that files can't
  // wait for each other in a circle.
  MemoryBudget& input_budget;
  MemoryBudget& work_budget;
  std::stop_token stop;
};

// Rewrites one file and publishes it.  `width`: columns in parallel.
// kMismatch: the output broke its check; nothing was published.
Result<FileDone> RepackFile(const RepackTask& task, int width, const RepackContext& context);

// What RepackFile would do.  Reads the footer only.
Result<FilePlanned> PlanFile(const RepackTask& task, const RepackContext& context);

}  // namespace pqpack
