// SPDX-License-Identifier: Apache-2.0
#include "cli/catalog_session.h"

#include <utility>

#include "catalog/hive_directory.h"
#include "catalog/partition_types.h"
#include "cli/location.h"

namespace pqpack::cli {

std::vector<Flag> CatalogFlags(CatalogOptions* options, const std::string& group) {
  return {
      {.name = "path",
       .value = "LOCATION",
       .group = group,
       .help = "the table: a folder, s3://bucket/prefix",
       .notes = "Partitions are its `key=value` folders, or it has none. Names that begin with `_` "
                "or `.` are hidden. Every other object belongs to its partition, whatever its name "
                "ends in. A tree of Iceberg, Delta, Hudi, Paimon or Hive ACID is refused.",
       .set = SetText(&options->path),
       .once = true},
      {.name = "partition-types",
       .value = "TYPES",
       .group = group,
       .help = "types of the partition keys: \"year int, day date\"",
       .notes = "In the order of the folders. Without it a key is bigint if all its values are "
                "integers, date if all are dates, else string.",
       .set = SetText(&options->partition_types)},
  };
}

Result<TableChoice> ChooseTable(const CatalogOptions& options) {
  if (options.path.empty()) {
    return Error(ErrorCode::kInvalid, "no table is named: --path LOCATION",
                 "Give the table's folder or s3://bucket/prefix.");
  }
  TableChoice table;
  PQ_ASSIGN(table.place, ParseLocation("--path", options.path));
  if (options.partition_types.empty()) return table;
  auto types = ParsePartitionTypes(options.partition_types);
  if (!types.ok()) return Within("--partition-types", types.status());
  table.partition_types = *std::move(types);
  return table;
}

Result<std::unique_ptr<CatalogSession>> CatalogSession::Open(const TableChoice& table,
                                                             const StoreSession& session) {
  std::unique_ptr<CatalogSession> opened(new CatalogSession);
  PQ_ASSIGN(opened->store_, session.Open(table.place));
  opened->catalog_ =
      std::make_unique<HiveDirectory>(opened->store_.get(), table.place, table.partition_types);
  return opened;
}

}  // namespace pqpack::cli
