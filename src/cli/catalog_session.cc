// SPDX-License-Identifier: Apache-2.0
#include "cli/catalog_session.h"

#include <utility>

#include "catalog/glue/glue_catalog.h"
#include "catalog/hive_directory.h"
#include "catalog/partition_types.h"
#include "cli/location.h"

namespace pqpack::cli {

std::vector<Flag> GlueFlags(CatalogOptions* options, const std::string& group) {
  return {
      {.name = "database-name",
       .value = "NAME",
       .group = group,
       .help = "a database of the Glue Data Catalog",
       .notes = "Needs a region. AWS_ENDPOINT_URL_GLUE names another endpoint than AWS's.",
       .set = SetText(&options->database_name),
       .once = true},
      {.name = "table-name",
       .value = "NAME",
       .group = group,
       .help = "the table in that database",
       .notes =
           "Partitions lie where the catalog says; with partition projection they are the "
           "`key=value` folders below the table's location. What can't be compacted file by "
           "file is refused with its reason: other formats than Parquet, Iceberg, Delta, Hudi, "
           "Paimon, ACID, bucketed and governed tables, views, links.",
       .set = SetText(&options->table_name),
       .once = true},
      {.name = "catalog-id",
       .value = "ID",
       .group = group,
       .help = "the catalog of another account",
       .notes = "",
       .set = SetText(&options->catalog_id)},
  };
}

std::vector<Flag> CatalogFlags(CatalogOptions* options, const std::string& group) {
  std::vector<Flag> flags = {
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
  for (Flag& flag : GlueFlags(options, group)) flags.push_back(std::move(flag));
  return flags;
}

namespace {

Result<TableChoice> ChooseFolder(const CatalogOptions& options) {
  TableChoice table;
  PQ_ASSIGN(table.place, ParseRealLocation("--path", options.path));
  if (options.partition_types.empty()) return table;
  auto types = ParsePartitionTypes(options.partition_types);
  if (!types.ok()) return Within("--partition-types", types.status());
  table.partition_types = *std::move(types);
  table.types_by_user = true;
  return table;
}

Result<TableChoice> ChooseGlue(const CatalogOptions& options, const Environment& environment) {
  if (options.database_name.empty() || options.table_name.empty()) {
    return Error(ErrorCode::kInvalid, "--database-name and --table-name belong together",
                 "Give both, or --path LOCATION.");
  }
  if (!options.partition_types.empty()) {
    return Error(ErrorCode::kInvalid, "--partition-types is for --path: the catalog has the types",
                 "Leave it out.");
  }
  TableChoice table;
  table.place.scheme = Scheme::kS3;
  table.glue = GlueTableName{options.database_name, options.table_name};
  table.glue_config.endpoint_url = environment.First({"AWS_ENDPOINT_URL_GLUE", "AWS_ENDPOINT_URL"});
  table.glue_config.catalog_id = options.catalog_id;
  return table;
}

}  // namespace

Result<std::optional<TableChoice>> ChooseGlueTable(const CatalogOptions& options,
                                                   const Environment& environment) {
  if (options.database_name.empty() && options.table_name.empty() && options.catalog_id.empty()) {
    return std::nullopt;
  }
  PQ_ASSIGN(auto table, ChooseGlue(options, environment));
  return table;
}

Result<TableChoice> ChooseTable(const CatalogOptions& options, const Environment& environment) {
  const bool is_glue =
      !options.database_name.empty() || !options.table_name.empty() || !options.catalog_id.empty();
  if (is_glue == !options.path.empty()) {
    return Error(ErrorCode::kInvalid, is_glue ? "two tables are named" : "no table is named",
                 "Give --path LOCATION, or --database-name and --table-name.");
  }
  return is_glue ? ChooseGlue(options, environment) : ChooseFolder(options);
}

Result<std::unique_ptr<CatalogSession>> CatalogSession::Open(const TableChoice& table,
                                                             StoreSession& session) {
  std::unique_ptr<CatalogSession> opened(new CatalogSession);
  PQ_ASSIGN(opened->store_, session.Open(table.place));
  if (table.glue) {
    PQ_ASSIGN(opened->glue_, GlueClient::Make(table.glue_config, session.config()));
    opened->catalog_ = std::make_unique<GlueCatalog>(opened->glue_.get(), opened->store_.get(),
                                                     &session.io(), *table.glue);
  } else {
    opened->catalog_ = std::make_unique<HiveDirectory>(
        opened->store_.get(), table.place, table.partition_types, HiveDirectory::kKeep,
        table.types_by_user ? KeysBy::kUser : KeysBy::kRecord);
  }
  return opened;
}

}  // namespace pqpack::cli
