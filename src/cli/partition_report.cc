// SPDX-License-Identifier: Apache-2.0
#include "cli/partition_report.h"

#include <algorithm>
#include <utility>

namespace pqpack::cli {
namespace {

// At the most so many partitions are told as text.
constexpr int64_t kMostTold = 50;

}  // namespace

void PartitionReport::Add(const PartitionDone& partition) {
  if (output_.json()) console_.Out(PartitionJson(partition));
  digest_.Add(partition);
  if (keep_) partitions_.push_back(partition);
  const std::string text = PartitionText(partition);
  if (text.empty()) return;
  const bool failed = !partition.status.ok();
  if (!failed && (output_.json() || output_.quiet)) return;
  if (++(failed ? failed_ : done_) > kMostTold) return;
  failed ? console_.Err(text) : console_.Out(text);
}

void PartitionReport::MoveTo(CompactOutcome* outcome) {
  outcome->digest = std::move(digest_);
  outcome->untold =
      std::max<int64_t>(0, done_ - kMostTold) + std::max<int64_t>(0, failed_ - kMostTold);
}

}  // namespace pqpack::cli
