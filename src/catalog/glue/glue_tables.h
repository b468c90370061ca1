// SPDX-License-Identifier: Apache-2.0
//
// Tables in the Glue Data Catalog: reading one, those of a database, changing one.  A table
// is kept as the JSON that Glue gave, so that an update sends back what nobody here knows.
#pragma once

#include <string>
#include <vector>

#include "catalog/glue/glue_client.h"

namespace pqpack {

struct GlueTableName {
  std::string database;
  std::string table;

  std::string ToString() const { return database + '.' + table; }
};

Result<GlueJson> GetGlueTable(GlueClient& client, const GlueTableName& name);

// All tables of the database.
Result<std::vector<GlueJson>> GetGlueTables(GlueClient& client, const std::string& database);

// What UpdateTable takes of what GetTable gave.
GlueJson TableInputOf(const GlueJson& table);

// Replaces the table if it still has `version_id` (compare-and-swap): else kSourceChanged, which
// may also tell of a change of our own whose answer was lost.
Status UpdateGlueTable(GlueClient& client, const GlueTableName& name, GlueJson table_input,
                       const std::string& version_id);

}  // namespace pqpack
