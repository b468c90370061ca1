// SPDX-License-Identifier: Apache-2.0
//
// What a catalog keeps of a table's files, once they are merged: where something else is not done
// with the catalog anyway.
#pragma once

#include <vector>

#include "base/events.h"
#include "catalog/catalog.h"
#include "plan/compact_plan.h"
#include "run/compact_options.h"
#include "run/compact_summary.h"

namespace pqpack {

// What is to be corrected; `partitions` are the plan's, in its order, and it is known what came of
// them.  `table_led`: so was the table itself, with its counters.  Pure.
std::vector<LocationChange> CounterChanges(const CompactPlan& plan, const CompactOptions& options,
                                           const std::vector<PartitionDone>& partitions,
                                           bool table_led);

// What can't be corrected is told, and no more: no reader finds other rows by it.
void CorrectCounters(Catalog& catalog, const std::vector<LocationChange>& changes,
                     EventSink& events);

}  // namespace pqpack
