// SPDX-License-Identifier: Apache-2.0
//
// What a compaction of a directory tree would do: the part of its story that only looks.
//
//   Scan -> Plan
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "base/status.h"
#include "catalog/catalog.h"
#include "plan/compact_plan.h"
#include "store/object_store.h"

namespace pqpack {

struct PlanOptions {
  Uri path;                             // the table: a folder
  std::vector<Column> partition_types;  // empty: inferred from the folders' names
  std::string predicate;                // in SQL (catalog/predicate.h); empty: all partitions
  CompactPolicy policy;
};

// Reads names alone.  kInvalid: a predicate that is wrong, with a caret under the place;
// kConfig: a table that must not be compacted, with the reason; kNotFound; kCancelled.
Result<CompactPlan> PlanCompaction(const PlanOptions& options, ObjectStore& store,
                                   const std::stop_token& stop);

}  // namespace pqpack
