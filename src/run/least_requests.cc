// SPDX-License-Identifier: Apache-2.0
#include "run/least_requests.h"

namespace pqpack {
namespace {

// Read to be merged, and again to be proven; looked at once more, and deleted.
int64_t OfAnInput(const CompactOptions& options) {
  return 1 + (options.proof ? 1 : 0) + (options.deletes() ? 2 : 0);
}

// Looked at and copied; deleted.
int64_t OfOneCarriedAlong(const CompactOptions& options) { return 2 + (options.deletes() ? 1 : 0); }

}  // namespace

int64_t LeastRequests(const CompactPlan& plan, const CompactOptions& options) {
  // A plan may not say yet where its outputs go.
  const bool carries = options.publish == PublishMode::kSwap ||
                       (options.elsewhere() && !options.destination.key.empty());
  int64_t requests = 0;
  for (const PartitionPlan& partition : plan.partitions) {
    if (partition.partition.location.scheme != Scheme::kS3) continue;
    for (const CompactTask& task : partition.tasks) {
      requests += static_cast<int64_t>(task.inputs.size()) * OfAnInput(options);
    }
    if (!carries) continue;
    requests += static_cast<int64_t>(partition.kept.size()) * OfOneCarriedAlong(options);
  }
  return requests;
}

}  // namespace pqpack
