// SPDX-License-Identifier: Apache-2.0
//
// What a compaction changes in the catalog: of each partition that it compacts, and of the table.
// Pure.  The one rule of it, for people who are to approve it and for what is carried out.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plan/compact_plan.h"
#include "run/compact_options.h"

namespace pqpack {

// Of each of the plan's partitions: why nothing is done with it, from the outset; empty: something
// is.
std::vector<std::string> LeftOut(const CompactPlan& plan, const CompactOptions& options);

// A move by a catalog has nothing to do with it any more.
bool LiesAtDestination(const CompactOptions& options, const Partition& partition);

// Of a partition that is compacted; from and to are the same where nothing but counters is
// corrected.  nullopt: the catalog stays as it is.
std::optional<LocationChange> ChangeOfPartition(const CompactPlan& plan,
                                                const CompactOptions& options,
                                                const Partition& partition);

// Of the table itself, where some partitions of it are compacted; `all`: and none of those that the
// plan has is left where it was.
std::optional<LocationChange> ChangeOfTable(const CompactPlan& plan, const CompactOptions& options,
                                            bool all);

struct CatalogChange {
  std::string folder;  // the partition's; empty: the table itself
  Uri from;
  Uri to;  // the same: only counters are corrected
  std::vector<std::string> counters;
};

// In the order in which they would be made, if nothing goes wrong.  A place whose name has the
// run's id is shown with "RUN" for it.  kConfig: the catalog can't lead readers elsewhere.
Result<std::vector<CatalogChange>> PlannedCatalogChanges(const CompactPlan& plan,
                                                         CompactOptions options);

// Something is to be merged.
bool HasTasks(const CompactPlan& plan);

// kConfig: partitions of the table are not found by the catalog.
Status CheckCatalogLeads(const CatalogTable& table);

}  // namespace pqpack
