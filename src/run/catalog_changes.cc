// SPDX-License-Identifier: Apache-2.0
#include "run/catalog_changes.h"

#include <algorithm>
#include <utility>

namespace pqpack {

// Athena does not ask a catalog where projected partitions lie.
Status CheckCatalogLeads(const CatalogTable& table) {
  if (table.partition_keys.empty() || table.has_partition_locations) return Status::OK();
  return Error(ErrorCode::kConfig,
               table.name +
                   ": its partitions are found by projection, so no catalog can lead "
                   "readers to another place",
               "Compact it in place (--delete_original_files true), or make a copy.");
}

bool HasTasks(const CompactPlan& plan) {
  return std::ranges::any_of(plan.partitions,
                             [](const PartitionPlan& of) { return !of.tasks.empty(); });
}

Result<std::vector<CatalogChange>> PlannedCatalogChanges(const CompactPlan& plan,
                                                         const CompactOptions& options) {
  std::vector<CatalogChange> changes;
  const bool in_place = options.publish == PublishMode::kInPlace;
  if (!in_place && !options.leads()) return changes;
  Uri destination = options.destination;
  if (options.leads()) PQ_RETURN_NOT_OK(CheckCatalogLeads(plan.table));
  if (options.publish == PublishMode::kSwap) {
    if (!HasTasks(plan)) return changes;
    PQ_ASSIGN(destination, SwapPlace(plan.table.location, "RUN"));
  }
  bool any = false;
  for (const PartitionPlan& of : plan.partitions) {
    const Partition& partition = of.partition;
    if (in_place ? !of.skip_reason.empty() : of.files() == 0) continue;
    any = true;
    if (in_place && partition.counters.empty()) continue;
    changes.push_back({partition.folder, partition.location,
                       in_place ? partition.location : destination.Child(partition.folder),
                       partition.counters});
  }
  if (!any || plan.table.partition_keys.empty()) return changes;
  const bool follows =
      options.publish == PublishMode::kCatalogMove && options.table.predicate.empty();
  if (follows || !plan.table.counters.empty()) {
    changes.push_back({{},
                       plan.table.location,
                       follows ? destination : plan.table.location,
                       plan.table.counters});
  }
  return changes;
}

}  // namespace pqpack
