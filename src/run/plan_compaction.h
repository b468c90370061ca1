// SPDX-License-Identifier: Apache-2.0
//
// What a compaction of a table would do: the part of its story that only looks.
//
//   Scan -> Plan
#pragma once

#include <stop_token>
#include <string>

#include "base/status.h"
#include "catalog/catalog.h"
#include "plan/compact_plan.h"
#include "store/object_store.h"

namespace pqpack {

struct PlanOptions {
  std::string predicate;  // in SQL (catalog/predicate.h); empty: all partitions
  CompactPolicy policy;
};

// Reads names alone.  `store` serves the locations of `catalog`.  kInvalid: a predicate that is
// wrong, with a caret under the place; kConfig: a table that must not be compacted, with the
// reason; kNotFound; kCancelled.
Result<CompactPlan> PlanCompaction(const PlanOptions& options, Catalog& catalog, ObjectStore& store,
                                   const std::stop_token& stop);

}  // namespace pqpack
