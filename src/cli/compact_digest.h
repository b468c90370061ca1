// SPDX-License-Identifier: Apache-2.0
//
// What the end of a compaction says about thousands of partitions in a few lines: what is said of
// many of them is counted, and sizes and bytes are those of all.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "run/compact.h"

namespace pqpack::cli {

struct WarnedPartitions {
  int64_t count = 0;
  std::string where;     // of all of them the first in byte order
  bool differs = false;  // there are others

  bool operator==(const WarnedPartitions&) const = default;
};

// Not thread-safe.
struct CompactDigest {
  void Add(const PartitionDone& partition);

  // Partitions by what was said of them, with one example of where or why.
  std::map<std::string, int64_t> WarningTexts() const;

  std::map<std::string, WarnedPartitions> warnings;  // by Finding::what
  std::map<std::string, int64_t> skipped;            // partitions by why they were
  std::map<std::string, int64_t> left;  // files of compacted partitions by why they were
  std::vector<int64_t> sizes_before;    // of all files
  std::vector<int64_t> sizes_after;
  // Of partitions that were compacted.
  LevelBytes bytes_by_level{};
  double merge_seconds = 0;
  double proof_seconds = 0;
};

}  // namespace pqpack::cli
