// SPDX-License-Identifier: Apache-2.0
//
// What compact finds before it decides anything: a table, those of its partitions that were
// asked for, and the objects of each.
#pragma once

#include <stop_token>
#include <vector>

#include "base/status.h"
#include "catalog/catalog.h"
#include "catalog/predicate.h"
#include "store/object_store.h"

namespace pqpack {

struct PartitionFiles {
  Partition partition;
  std::vector<ObjectInfo> objects;  // in key order
};

struct Inventory {
  CatalogTable table;
  std::vector<PartitionFiles> partitions;  // in the catalog's order
};

// `table` is the catalog's.  Reads its stream to the end, so that whatever forbids to touch the
// table is known. Memory: about 300 bytes for each object.  Errors are the catalog's, the store's;
// kCancelled.
Result<Inventory> TakeInventory(Catalog& catalog, CatalogTable table, const Predicate& predicate,
                                ObjectStore& store, const std::stop_token& stop);

}  // namespace pqpack
