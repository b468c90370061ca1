// SPDX-License-Identifier: Apache-2.0
//
// What `pqpack runs` and `pqpack recover` say, as text and as JSON lines.  Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/json_event.h"
#include "cli/run_end.h"
#include "commit/find_runs.h"
#include "commit/recover.h"

namespace pqpack::cli {

struct RunsOutcome : RunEnd {
  std::string location;            // empty: wrong use
  std::optional<FoundRuns> found;  // absent: it failed
  std::vector<FoundPlan> plans;
  TimePoint now;  // by this machine's clock
};

// Empty where it failed.  `brief`: without requests.
std::string RunsText(const RunsOutcome& outcome, bool brief);
std::string RunsJson(const RunsOutcome& outcome);
std::span<const JsonEvent> RunsEvents();

struct RecoverOutcome : RunEnd {
  std::string location;
  std::optional<std::vector<RecoveredRun>> recovered;
};

std::string RecoverText(const RecoverOutcome& outcome, bool brief);
std::string RecoverJson(const RecoverOutcome& outcome);
std::span<const JsonEvent> RecoverEvents();

}  // namespace pqpack::cli
