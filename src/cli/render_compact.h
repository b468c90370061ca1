// SPDX-License-Identifier: Apache-2.0
//
// What `pqpack compact` says, as text and as JSON lines.  Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "cli/compact_digest.h"
#include "cli/exit_code.h"
#include "cli/json_event.h"
#include "cli/render_plan.h"
#include "cli/run_end.h"
#include "run/compact.h"

namespace pqpack::cli {

struct CompactOutcome : RunEnd {
  const CompactOptions* options = nullptr;  // null: it failed before there were any
  CompactSummary summary;
  CompactDigest digest;
  int64_t untold = 0;                       // partitions that were not told as text
  std::optional<CompactPlan> plan;          // of a dry run
  std::vector<CatalogChange> changes = {};  // likewise
  FileCounts explained;                     // its tasks that can't be merged, with --explain
  bool committed_before = false;            // of a plan: nothing was left to do
  bool discarded = false;                   // of a plan: it was given up
};

// "Compacted", "Nothing to do" or "Not all done".
std::string_view ResultText(const CompactOutcome& outcome);

// A line for a partition that something came of; empty for one that is as it was.
std::string PartitionText(const PartitionDone& partition);
std::string PartitionJson(const PartitionDone& partition);

// What ends every run, on stdout.  `brief`: the counts only.
std::string CompactSummaryText(const CompactOutcome& outcome, bool brief);
std::string CompactSummaryJson(const CompactOutcome& outcome);

std::span<const JsonEvent> CompactEvents();

}  // namespace pqpack::cli
