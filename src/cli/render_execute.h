// SPDX-License-Identifier: Apache-2.0
//
// What `pqpack execute` says, as text and as JSON lines.  Pure.
#pragma once

#include <span>
#include <string>

#include "cli/json_event.h"
#include "cli/run_end.h"
#include "run/execute_plan.h"

namespace pqpack::cli {

struct ExecuteOutcome : RunEnd {
  ExecuteSummary summary;
  Share share;
  bool committed = false;  // the plan was: there is nothing to do
};

// A task that failed.
std::string TaskText(const TaskDone& task);
std::string TaskJson(const TaskDone& task);

// What ends every run, on stdout.  `brief`: the counts only.
std::string ExecuteSummaryText(const ExecuteOutcome& outcome, bool brief);
std::string ExecuteSummaryJson(const ExecuteOutcome& outcome);

std::span<const JsonEvent> ExecuteEvents();

}  // namespace pqpack::cli
