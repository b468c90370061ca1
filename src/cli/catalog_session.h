// SPDX-License-Identifier: Apache-2.0
//
// Which table a command is about, and the catalog that knows it: --path LOCATION, a folder
// tree, or --database-name D --table-name T of the Glue Data Catalog.  A command
//
//   has among its flags     CatalogFlags(&options)
//   asks what they mean     PQ_ASSIGN(table, ChooseTable(options, environment))   // wrong: exit 2
//   opens the stores        PQ_ASSIGN(session, StoreSession::Start({&table.place}, ...))
//   and the table           PQ_ASSIGN(opened, CatalogSession::Open(table, *session))
//
// and then works with opened->catalog() and opened->store(), which serves every location that
// the catalog gives.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "catalog/glue/glue_tables.h"
#include "cli/environment.h"
#include "cli/flags.h"
#include "cli/store_session.h"

namespace pqpack::cli {

struct CatalogOptions {
  std::string path;
  std::string partition_types;
  std::string database_name;
  std::string table_name;
  std::string catalog_id;
};

std::vector<Flag> CatalogFlags(CatalogOptions* options, const std::string& group);

// Those that name a table of the Glue Data Catalog.
std::vector<Flag> GlueFlags(CatalogOptions* options, const std::string& group);

struct TableChoice {
  Uri place;  // what a store is opened for: of Glue's tables, which all lie on S3, no more than
              // that
  std::vector<Column> partition_types;  // empty: inferred from the folders' names
  bool types_by_user = false;           // and not by a plan
  std::optional<GlueTableName> glue;    // absent: the folder tree at `place`
  GlueConfig glue_config;
};

// nullopt: no table of a catalog is named.  kInvalid: half of one.
Result<std::optional<TableChoice>> ChooseGlueTable(const CatalogOptions& options,
                                                   const Environment& environment);

// kInvalid: none, more than one, or one that can't be.
Result<TableChoice> ChooseTable(const CatalogOptions& options, const Environment& environment);

// One thread, as the catalog.
class CatalogSession {
 public:
  // `session` must outlive it.  Nothing is asked of the catalog yet.  kConfig: the region of the
  // Glue catalog is not known.
  static Result<std::unique_ptr<CatalogSession>> Open(const TableChoice& table,
                                                      StoreSession& session);

  Catalog& catalog() { return *catalog_; }
  ObjectStore& store() { return *store_; }
  // For changes of the catalog (glue_tables.h, glue_partitions.h); null for a folder tree.
  GlueClient* glue() { return glue_.get(); }

 private:
  CatalogSession() = default;

  std::unique_ptr<ObjectStore> store_;
  std::unique_ptr<GlueClient> glue_;
  std::unique_ptr<Catalog> catalog_;
};

}  // namespace pqpack::cli
