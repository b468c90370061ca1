// SPDX-License-Identifier: Apache-2.0
#include "run/compact_summary.h"

#include <algorithm>

namespace pqpack {

void CompactSummary::Add(const PartitionDone& done) {
  files_before += done.files_before;
  files_after += done.status.ok() ? done.files_after : done.files_before;
  bytes_before += done.bytes_before;
  bytes_after += done.status.ok() ? done.bytes_after : done.bytes_before;
  if (!done.status.ok()) {
    ++failed;
    ++failed_by_code[CodeOf(done.status)];
  } else if (!done.skip_reason.empty()) {
    ++skipped;
  } else {
    ++completed;
    bytes_in += done.bytes_in;
    bytes_out += done.bytes_out;
    proof += done.proof;
    rows += done.rows;
    bytes_decoded += done.bytes_decoded;
  }
}

void CompactSummary::AddUntouched(const CompactPlan& plan) {
  for (const PartitionPlan& partition : plan.partitions) {
    files_before += partition.files();
    bytes_before += partition.bytes();
  }
  files_after = files_before;
  bytes_after = bytes_before;
}

PartitionDone Untouched(const PartitionPlan& plan) {
  PartitionDone done;
  done.folder = plan.partition.folder;
  done.files_before = done.files_after = plan.files();
  done.bytes_before = done.bytes_after = plan.bytes();
  done.sizes_before.reserve(static_cast<size_t>(done.files_before));
  for (const CompactTask& task : plan.tasks) {
    for (const ObjectInfo& input : task.inputs) done.sizes_before.push_back(input.size);
  }
  for (const KeptFile& kept : plan.kept) {
    done.sizes_before.push_back(kept.object.size);
    ++done.left[kept.reason];
  }
  done.sizes_after = done.sizes_before;
  return done;
}

void AddOnce(const Finding& finding, std::vector<Finding>* findings) {
  if (std::ranges::find(*findings, finding) == findings->end()) findings->push_back(finding);
}

}  // namespace pqpack
