// SPDX-License-Identifier: Apache-2.0
#include "catalog/catalog.h"

namespace pqpack {
namespace {

Status NoCatalog() {
  return Error(ErrorCode::kUnsupported, "no catalog says where the table's partitions lie",
               "Name the table by --database-name and --table-name.");
}

}  // namespace

Result<Uri> Catalog::FindLocation(const PartitionValues&) { return NoCatalog(); }

Result<std::vector<Status>> Catalog::ChangeLocations(std::span<const LocationChange>) {
  return NoCatalog();
}

}  // namespace pqpack
