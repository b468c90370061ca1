// SPDX-License-Identifier: Apache-2.0
//
// What came of the partitions of a compaction, told as they come, for as long as that is not too
// much.
#pragma once

#include <cstdint>
#include <vector>

#include "cli/compact_digest.h"
#include "cli/console.h"
#include "cli/output_options.h"
#include "cli/render_compact.h"
#include "run/compact_summary.h"

namespace pqpack::cli {

// One call at a time.
class PartitionReport {
 public:
  // Both are borrowed.  `keep`: all partitions, for the page of --report.
  PartitionReport(Console& console, const OutputOptions& output, bool keep)
      : console_(console), output_(output), keep_(keep) {}

  void Add(const PartitionDone& partition);

  // What is counted for the end.
  void MoveTo(CompactOutcome* outcome);

  const std::vector<PartitionDone>& partitions() const { return partitions_; }

 private:
  Console& console_;
  const OutputOptions& output_;
  const bool keep_;
  int64_t done_ = 0;
  int64_t failed_ = 0;
  CompactDigest digest_;
  std::vector<PartitionDone> partitions_;
};

}  // namespace pqpack::cli
