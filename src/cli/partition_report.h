// SPDX-License-Identifier: Apache-2.0
//
// What came of the partitions of a compaction, told as they come, for as long as that is not too
// much.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "cli/console.h"
#include "cli/output_options.h"
#include "cli/render_compact.h"
#include "run/compact_summary.h"

namespace pqpack::cli {

// One call at a time.
class PartitionReport {
 public:
  // Both are borrowed.
  PartitionReport(Console& console, const OutputOptions& output)
      : console_(console), output_(output) {}

  void Add(const PartitionDone& partition);

  // What is counted for the end.
  void MoveTo(CompactOutcome* outcome);

 private:
  Console& console_;
  const OutputOptions& output_;
  int64_t done_ = 0;
  int64_t failed_ = 0;
  std::map<std::string, int64_t> warnings_;
  std::map<std::string, int64_t> skipped_;
};

}  // namespace pqpack::cli
