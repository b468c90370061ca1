// SPDX-License-Identifier: Apache-2.0
//
// A plan that other machines are to carry out.  What the commit would refuse is refused now, before
// any of them has worked in vain.
#pragma once

#include <stop_token>

#include "base/events.h"
#include "run/compact_options.h"
#include "run/plan_file.h"

namespace pqpack {

// Only looks.  Errors are those of PlanCompaction(), and: kConfig, kInvalid for places that can't
// be compacted as `options` say; kInvalid where readers of the table, or of the destination, would
// take a plan at `out` for one of its files.
Result<PlannedRun> PlanForWorkers(const CompactOptions& options, const GlueTableRef& glue,
                                  const Uri& out, Catalog& catalog, ObjectStore& store,
                                  EventSink& events, std::stop_token stop);

}  // namespace pqpack
