// SPDX-License-Identifier: Apache-2.0
//
// What repack does with one file, decided from names, sizes and times alone.
// Pure: no I/O, no clock.
#pragma once

#include <string>
#include <string_view>

#include "scan/paired_listing.h"
#include "store/object_store.h"

namespace pqpack {

struct RepackPolicy {
  bool skip_existing = true;
  bool update_stale = false;
};

struct RepackTask {
  ObjectInfo source;
  Uri output;
  WriteCondition condition;  // how the output may take its name
  std::string skip_reason;   // not empty: nothing is done
  bool stale = false;        // skipped, and older than its source
};

// An output that exists is skipped unless it is empty (0 bytes: no Parquet file
// has that, so it is what a broken copy left) or overwriting was asked.
RepackTask DecideRepack(const PairedObject& pair, const Uri& output, const RepackPolicy& policy);

// The share a file belongs to, 0 .. count - 1, from its relative name alone: each
// worker finds the same answer whatever it lists first.  FNV-1a, 64 bits.
int ShardOf(std::string_view name, int count);

}  // namespace pqpack
