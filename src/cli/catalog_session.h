// SPDX-License-Identifier: Apache-2.0
//
// Which table a command is about, and the catalog that knows it: --path LOCATION, a folder
// tree.  A command
//
//   has among its flags     CatalogFlags(&options)
//   asks what they mean     PQ_ASSIGN(table, ChooseTable(options))   // wrong use: exit 2
//   opens the stores        PQ_ASSIGN(session, StoreSession::Start({&table.place}, ...))
//   and the table           PQ_ASSIGN(opened, CatalogSession::Open(table, *session))
//
// and then works with opened->catalog() and opened->store(), which serves every location that
// the catalog gives.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "cli/flags.h"
#include "cli/store_session.h"

namespace pqpack::cli {

struct CatalogOptions {
  std::string path;
  std::string partition_types;
};

std::vector<Flag> CatalogFlags(CatalogOptions* options, const std::string& group);

struct TableChoice {
  Uri place;                            // what a store is opened for
  std::vector<Column> partition_types;  // empty: inferred from the folders' names
};

// kInvalid: none, more than one, or one that can't be.
Result<TableChoice> ChooseTable(const CatalogOptions& options);

// One thread, as the catalog.
class CatalogSession {
 public:
  // `session` must outlive it.  Nothing is asked of the catalog yet.
  static Result<std::unique_ptr<CatalogSession>> Open(const TableChoice& table,
                                                      const StoreSession& session);

  Catalog& catalog() { return *catalog_; }
  ObjectStore& store() { return *store_; }

 private:
  CatalogSession() = default;

  std::unique_ptr<ObjectStore> store_;
  std::unique_ptr<Catalog> catalog_;
};

}  // namespace pqpack::cli
