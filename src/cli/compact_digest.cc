// SPDX-License-Identifier: Apache-2.0
#include "cli/compact_digest.h"

#include <algorithm>
#include <set>

namespace pqpack::cli {
namespace {

void Append(const std::vector<int64_t>& more, std::vector<int64_t>* sizes) {
  sizes->insert(sizes->end(), more.begin(), more.end());
}

}  // namespace

void CompactDigest::Add(const PartitionDone& partition) {
  std::set<std::string> said;
  for (const auto& [what, where] : partition.warnings) {
    const auto [at, is_new] = warnings.try_emplace(what, WarnedPartitions{0, where, false});
    WarnedPartitions& warned = at->second;
    if (said.insert(what).second) ++warned.count;
    warned.differs |= warned.where != where;
    warned.where = std::min(warned.where, where);
  }
  Append(partition.sizes_before, &sizes_before);
  Append(partition.status.ok() ? partition.sizes_after : partition.sizes_before, &sizes_after);
  if (!partition.status.ok()) return;
  if (!partition.skip_reason.empty()) {
    ++skipped[partition.skip_reason];
    return;
  }
  for (const auto& [reason, files] : partition.left) left[reason] += files;
  for (size_t level = 0; level < bytes_by_level.size(); ++level) {
    bytes_by_level[level] += partition.bytes_by_level[level];
  }
  merge_seconds += partition.merge_seconds;
  proof_seconds += partition.proof_seconds;
}

std::map<std::string, int64_t> CompactDigest::WarningTexts() const {
  std::map<std::string, int64_t> texts;
  for (const auto& [what, warned] : warnings) {
    const std::string text = Finding{what, warned.where}.ToString();
    texts[warned.differs ? text + "; and others" : text] = warned.count;
  }
  return texts;
}

}  // namespace pqpack::cli
