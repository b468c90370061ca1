// SPDX-License-Identifier: Apache-2.0
#include "run/plan_compaction.h"

#include <utility>

#include "catalog/predicate.h"
#include "scan/inventory.h"

namespace pqpack {

Result<CompactPlan> PlanCompaction(const PlanOptions& options, Catalog& catalog, ObjectStore& store,
                                   const std::stop_token& stop) {
  PQ_ASSIGN(CatalogTable table, catalog.GetTable());
  PQ_ASSIGN(const Predicate predicate, Predicate::Parse(options.predicate, table.partition_keys));
  PQ_ASSIGN(Inventory inventory, TakeInventory(catalog, std::move(table), predicate, store, stop));
  // From here on the set of inputs is fixed: each one named by URI and ETag.
  return MakeCompactPlan(std::move(inventory), options.policy);
}

}  // namespace pqpack
