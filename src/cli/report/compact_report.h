// SPDX-License-Identifier: Apache-2.0
//
// What --report says of a compaction.  Pure.
#pragma once

#include <vector>

#include "cli/render_compact.h"
#include "cli/report/page.h"

namespace pqpack::cli {

// What is about the run as such (`when`, `version`) is the caller's.
ReportPage CompactReport(const CompactOutcome& outcome,
                         const std::vector<PartitionDone>& partitions);

}  // namespace pqpack::cli
