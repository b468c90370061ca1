// SPDX-License-Identifier: Apache-2.0
#include "scan/inventory.h"

#include <iterator>
#include <optional>
#include <utility>

#include "catalog/visible_objects.h"

namespace pqpack {
Result<Inventory> TakeInventory(Catalog& catalog, CatalogTable table, const Predicate& predicate,
                                ObjectStore& store, const std::stop_token& stop) {
  Inventory inventory;
  inventory.table = std::move(table);
  PQ_ASSIGN(const auto stream, catalog.Partitions(predicate));
  while (true) {
    if (stop.stop_requested()) return Error(ErrorCode::kCancelled, "stopped");
    PQ_ASSIGN(std::optional<ListedPartition> found, stream->Next());
    if (!found) return inventory;
    PartitionFiles files{std::move(found->partition), {}};
    if (found->objects) {
      files.objects = *std::move(found->objects);
    } else {
      PQ_ASSIGN(files.objects,
                ListVisible(store, files.partition.location, files.partition.values.empty()));
    }
    inventory.partitions.push_back(std::move(files));
  }
}

}  // namespace pqpack
