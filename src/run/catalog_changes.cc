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

bool LiesAtDestination(const CompactOptions& options, const Partition& partition) {
  return options.publish == PublishMode::kCatalogMove &&
         partition.location == options.destination.Child(partition.folder);
}

std::vector<std::string> LeftOut(const CompactPlan& plan, const CompactOptions& options) {
  // A swap would copy all of it, and so again by each run.
  const bool swaps_nothing = options.publish == PublishMode::kSwap && !HasTasks(plan);
  const bool in_place = !options.elsewhere() || swaps_nothing;
  std::vector<std::string> reasons;
  reasons.reserve(plan.partitions.size());
  for (const PartitionPlan& of : plan.partitions) {
    std::string& reason = reasons.emplace_back();
    if (in_place || of.files() == 0) reason = of.skip_reason;
    if (LiesAtDestination(options, of.partition)) reason = "it lies at the destination already";
  }
  return reasons;
}

std::optional<LocationChange> ChangeOfPartition(const CompactPlan& plan,
                                                const CompactOptions& options,
                                                const Partition& partition) {
  const Uri& from = partition.location;
  if (options.leads()) {
    return LocationChange{partition.values, from, options.destination.Child(partition.folder)};
  }
  // Without values it would be the table.
  const bool named = partition.values.size() == plan.table.partition_keys.size();
  const bool in_place = options.publish == PublishMode::kInPlace;
  if (!in_place || !named || partition.counters.empty()) return std::nullopt;
  return LocationChange{partition.values, from, from};
}

std::optional<LocationChange> ChangeOfTable(const CompactPlan& plan, const CompactOptions& options,
                                            bool all) {
  if (plan.table.partition_keys.empty()) return std::nullopt;
  const Uri& from = plan.table.location;
  // Where all partitions are moved, new ones that writers add are to lie there, too.
  if (options.publish == PublishMode::kCatalogMove && options.table.predicate.empty() && all) {
    return LocationChange{{}, from, options.destination};
  }
  const bool in_place = options.publish == PublishMode::kInPlace;
  if ((!in_place && !options.leads()) || plan.table.counters.empty()) return std::nullopt;
  return LocationChange{{}, from, from};
}

Result<std::vector<CatalogChange>> PlannedCatalogChanges(const CompactPlan& plan,
                                                         CompactOptions options) {
  std::vector<CatalogChange> changes;
  if (options.leads()) PQ_RETURN_NOT_OK(CheckCatalogLeads(plan.table));
  const std::vector<std::string> left_out = LeftOut(plan, options);
  if (std::ranges::none_of(left_out, &std::string::empty)) return changes;
  if (options.publish == PublishMode::kSwap) {
    PQ_ASSIGN(options.destination, SwapPlace(plan.table.location, "RUN"));
  }
  const auto show = [&](const std::optional<LocationChange>& change, const std::string& folder,
                        const std::vector<std::string>& counters) {
    if (change) changes.push_back({folder, change->from, change->to, counters});
  };
  for (size_t i = 0; i < plan.partitions.size(); ++i) {
    const Partition& partition = plan.partitions[i].partition;
    if (!left_out[i].empty()) continue;
    show(ChangeOfPartition(plan, options, partition), partition.folder, partition.counters);
  }
  show(ChangeOfTable(plan, options, /*all=*/true), {}, plan.table.counters);
  return changes;
}

}  // namespace pqpack
