// SPDX-License-Identifier: Apache-2.0
#include "cli/partition_report.h"

#include <algorithm>
#include <set>
#include <utility>

namespace pqpack::cli {
namespace {

// At the most so many partitions are told as text.
constexpr int64_t kMostTold = 50;

}  // namespace

void PartitionReport::Add(const PartitionDone& partition) {
  if (output_.json()) console_.Out(PartitionJson(partition));
  std::set<std::string> said;
  for (const Finding& warning : partition.warnings) said.insert(warning.what);
  for (const std::string& what : said) ++warnings_[what];
  if (partition.status.ok() && !partition.skip_reason.empty()) ++skipped_[partition.skip_reason];
  const std::string text = PartitionText(partition);
  if (text.empty()) return;
  const bool failed = !partition.status.ok();
  if (!failed && (output_.json() || output_.quiet)) return;
  if (++(failed ? failed_ : done_) > kMostTold) return;
  failed ? console_.Err(text) : console_.Out(text);
}

void PartitionReport::MoveTo(CompactOutcome* outcome) {
  outcome->warnings = std::move(warnings_);
  outcome->skipped = std::move(skipped_);
  outcome->untold =
      std::max<int64_t>(0, done_ - kMostTold) + std::max<int64_t>(0, failed_ - kMostTold);
}

}  // namespace pqpack::cli
