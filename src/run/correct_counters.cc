// SPDX-License-Identifier: Apache-2.0
#include "run/correct_counters.h"

#include <algorithm>
#include <utility>

namespace pqpack {

std::vector<LocationChange> CounterChanges(const CompactPlan& plan, const CompactOptions& options,
                                           const std::vector<PartitionDone>& partitions,
                                           bool table_led) {
  std::vector<LocationChange> changes;
  if (options.publish == PublishMode::kCopy || options.publish == PublishMode::kMove) {
    return changes;
  }
  bool any = false;
  for (size_t i = 0; i < partitions.size(); ++i) {
    const PartitionDone& done = partitions[i];
    const Partition& partition = plan.partitions[i].partition;
    if (!done.status.ok() || !done.skip_reason.empty()) continue;
    any = true;
    if (options.leads() || partition.counters.empty()) continue;  // led with what is right
    // Without values it would be the table.
    if (partition.values.size() != plan.table.partition_keys.size()) continue;
    LocationChange change{partition.values, partition.location, partition.location};
    change.contents = {done.files_after, done.bytes_after};
    changes.push_back(std::move(change));
  }
  // Of other partitions it is not known what they hold.
  if (any && !table_led && !plan.table.partition_keys.empty() && !plan.table.counters.empty()) {
    changes.push_back({{}, plan.table.location, plan.table.location});
  }
  return changes;
}

void CorrectCounters(Catalog& catalog, const std::vector<LocationChange>& changes,
                     EventSink& events) {
  if (changes.empty()) return;
  const auto changed = catalog.ChangeLocations(changes);
  Status first = changed.status();
  if (changed.ok()) {
    const auto failed = std::ranges::find_if(*changed, [](const Status& one) { return !one.ok(); });
    if (failed != changed->end()) first = *failed;
  }
  if (first.ok()) return;
  events.Emit(Warning{"numbers of files that the catalog keeps may be untrue: " + first.message() +
                      ". " + ActionOf(first)});
}

}  // namespace pqpack
