// SPDX-License-Identifier: Apache-2.0
#include "plan/repack_task.h"

#include <cstdint>

namespace pqpack {

RepackTask DecideRepack(const PairedObject& pair, const Uri& output, const RepackPolicy& policy) {
  RepackTask task{pair.source, output, {WriteCondition::kIfAbsent, {}}, {}, false};
  if (!policy.skip_existing) {  // whatever is there by then
    task.condition = {WriteCondition::kOverwrite, {}};
    return task;
  }
  if (!pair.destination) return task;
  const ObjectInfo& existing = *pair.destination;
  const bool older = existing.modified < pair.source.modified;
  if (existing.size == 0 || (older && policy.update_stale)) {
    task.condition = {WriteCondition::kIfMatch, existing.etag};
    return task;
  }
  task.stale = older;
  task.skip_reason = older ? "exists, but is older than its source" : "exists";
  return task;
}

int ShardOf(std::string_view name, int count) {
  uint64_t hash = 14695981039346656037U;
  for (const char c : name) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  }
  return static_cast<int>(hash % static_cast<uint64_t>(count));
}

}  // namespace pqpack
