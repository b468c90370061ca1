// SPDX-License-Identifier: Apache-2.0
//
// What came of a compaction: of each partition, and of all.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/events.h"
#include "base/status.h"
#include "plan/compact_plan.h"
#include "run/level_bytes.h"
#include "verify/compare_rows.h"

namespace pqpack {

// What came of one partition.
struct PartitionDone {
  std::string folder;       // below the table; empty: it has no partitions
  std::string skip_reason;  // why nothing was done
  Status status;            // why not all was done
  int64_t files_before = 0;
  int64_t files_after = 0;
  int64_t bytes_before = 0;
  int64_t bytes_after = 0;
  int64_t rows = 0;             // of the files that were merged
  int64_t bytes_in = 0;         // of these files
  int64_t bytes_out = 0;        // of what they became
  int64_t bytes_decoded = 0;    // of `bytes_in`
  LevelBytes bytes_by_level{};  // of `bytes_in`
  ProofCounts proof;
  double merge_seconds = 0;  // of workers
  double proof_seconds = 0;
  std::vector<int64_t> sizes_before = {};  // of all files
  std::vector<int64_t> sizes_after = {};
  std::map<std::string, int64_t> left = {};  // files by why they are not merged
  std::vector<std::string> outputs;
  std::vector<Finding> warnings;
};

struct CompactSummary {
  std::string table;
  int64_t completed = 0;  // partitions
  int64_t skipped = 0;
  int64_t failed = 0;
  int64_t files_before = 0;  // of all partitions
  int64_t files_after = 0;
  int64_t bytes_before = 0;
  int64_t bytes_after = 0;
  int64_t bytes_in = 0;   // of files that were merged
  int64_t bytes_out = 0;  // of what they became
  int64_t rows = 0;
  int64_t bytes_decoded = 0;
  int64_t deleted = 0;  // originals
  ProofCounts proof;
  std::map<ErrorCode, int64_t> failed_by_code;

  void Add(const PartitionDone& done);

  // The run ended early: what is known is what was there.
  void AddUntouched(const CompactPlan& plan);
};

// Of a partition whose files are as they were.
PartitionDone Untouched(const PartitionPlan& plan);

void AddOnce(const Finding& finding, std::vector<Finding>* findings);

}  // namespace pqpack
