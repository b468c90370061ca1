// SPDX-License-Identifier: Apache-2.0
//
// --explain: tells, task by task, by which levels the files of a plan would be merged.
#pragma once

#include <stop_token>

#include "base/executor.h"
#include "base/status.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "cli/flags.h"
#include "cli/output_options.h"
#include "plan/compact_plan.h"
#include "run/compact_options.h"
#include "store/object_store.h"

namespace pqpack::cli {

Flag ExplainFlag(bool* explain);

// `failed` counts the tasks whose files can't be merged, as far as footers tell.  kCancelled.
Status ExplainPlan(const CompactOptions& options, const CompactPlan& plan, ObjectStore& store,
                   Executor& io, const OutputOptions& output, Console& console,
                   const std::stop_token& stop, FileCounts* failed);

}  // namespace pqpack::cli
