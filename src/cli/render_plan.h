// SPDX-License-Identifier: Apache-2.0
//
// What `pqpack plan` says, as a table and as JSON lines.  Pure.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "cli/exit_code.h"
#include "cli/json_event.h"
#include "cli/run_end.h"
#include "plan/compact_plan.h"
#include "run/catalog_changes.h"

namespace pqpack::cli {

struct PlanOutcome : RunEnd {
  std::optional<CompactPlan> plan;  // absent: it failed
  std::vector<CatalogChange> changes = {};
  int64_t least_requests = 0;  // that it takes to carry it out on S3
  FileCounts explained;        // its tasks that can't be merged, with --explain
  std::string out;             // where it was written; empty: nowhere
};

// Of a plan that is there.  `brief`: the totals only.
std::string PlanText(const PlanOutcome& outcome, bool brief);

// A line for each partition with every file, and the summary.  The same for the same inventory
// but for the seconds and requests of the last one.
std::string PlanJson(const PlanOutcome& outcome);

std::span<const JsonEvent> PlanEvents();

}  // namespace pqpack::cli
