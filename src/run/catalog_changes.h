// SPDX-License-Identifier: Apache-2.0
//
// What a compaction would change in the catalog, for people who are to approve it.  Pure.
#pragma once

#include <string>
#include <vector>

#include "plan/compact_plan.h"
#include "run/compact_options.h"

namespace pqpack {

struct CatalogChange {
  std::string folder;  // the partition's; empty: the table itself
  Uri from;
  Uri to;  // the same: only counters are corrected
  std::vector<std::string> counters;
};

// In the order in which they would be made.  A place whose name has the run's id is shown with
// "RUN" for it.  kConfig: the catalog can't lead readers elsewhere.
Result<std::vector<CatalogChange>> PlannedCatalogChanges(const CompactPlan& plan,
                                                         const CompactOptions& options);

// Something is to be merged.
bool HasTasks(const CompactPlan& plan);

// kConfig: partitions of the table are not found by the catalog.
Status CheckCatalogLeads(const CatalogTable& table);

}  // namespace pqpack
