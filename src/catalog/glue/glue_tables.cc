// SPDX-License-Identifier: Apache-2.0
//
// Sources: GetTable, GetTables, UpdateTable and TableInput, AWS Glue web API reference.
#include "catalog/glue/glue_tables.h"

#include <utility>

#include "catalog/glue/pages.h"

namespace pqpack {
namespace {

constexpr Operation kGetTable{"GetTable", "glue:GetTable"};
constexpr Operation kGetTables{"GetTables", "glue:GetTables"};
constexpr Operation kUpdateTable{"UpdateTable", "glue:UpdateTable"};

constexpr const char* kTableInput[] = {
    "Name",      "Description",       "Owner",         "LastAccessTime",   "LastAnalyzedTime",
    "Retention", "StorageDescriptor", "PartitionKeys", "ViewOriginalText", "ViewExpandedText",
    "TableType", "Parameters",        "TargetTable"};

}  // namespace

Result<GlueJson> GetGlueTable(GlueClient& client, const GlueTableName& name) {
  PQ_ASSIGN(const GlueJson answer,
            client.Call(kGetTable, name.ToString(),
                        {{"DatabaseName", name.database}, {"Name", name.table}}));
  const GlueJson& table = FieldOf(answer, "Table");
  if (table.is_object()) return table;
  return Error(ErrorCode::kCorrupt, name.ToString() + ": Glue's answer to GetTable has no table");
}

Result<std::vector<GlueJson>> GetGlueTables(GlueClient& client, const std::string& database) {
  std::vector<GlueJson> tables;
  PQ_RETURN_NOT_OK(ForEachPage(client, kGetTables, database, {{"DatabaseName", database}},
                               "TableList", [&](const GlueJson& table) {
                                 tables.push_back(table);
                                 return Status::OK();
                               }));
  return tables;
}

GlueJson TableInputOf(const GlueJson& table) { return MembersOf(table, kTableInput); }

Status UpdateGlueTable(GlueClient& client, const GlueTableName& name, GlueJson table_input,
                       const std::string& version_id) {
  return client
      .Call(kUpdateTable, name.ToString(),
            {{"DatabaseName", name.database},
             {"TableInput", std::move(table_input)},
             {"VersionId", version_id}})
      .status();
}

}  // namespace pqpack
