// SPDX-License-Identifier: Apache-2.0
//
// For tests against a real server: reads calls that change a catalog as JSON lines on stdin
// and prints what became of them.  Never installed.
//
//   {"endpoint": "http://...", "database": "d", "table": "t", "call": "update_table",
//    "version": "3", "parameters": {"numFiles": "1"}}
//   {..., "call": "update_partitions", "partitions": [{"values": ["a"], "location": "s3://..."}]}
//   -> {"error": ""} or a code of base/status.h, and {"failures": [["a"]]} of partitions
#include <iostream>
#include <string>

#include "catalog/glue/glue_partitions.h"

namespace {

using pqpack::GlueJson;
using pqpack::Result;

Result<GlueJson> UpdateTable(pqpack::GlueClient& client, const pqpack::GlueTableName& name,
                             const GlueJson& line) {
  PQ_ASSIGN(const GlueJson table, pqpack::GetGlueTable(client, name));
  GlueJson input = pqpack::TableInputOf(table);
  input["Parameters"] = line.at("parameters");
  PQ_RETURN_NOT_OK(pqpack::UpdateGlueTable(client, name, input, line.at("version")));
  return GlueJson::object();
}

Result<GlueJson> UpdatePartitions(pqpack::GlueClient& client, const pqpack::GlueTableName& name,
                                  const GlueJson& line) {
  std::vector<pqpack::GluePartitionUpdate> updates;
  for (const GlueJson& asked : line.at("partitions")) {
    const auto values = asked.at("values").get<std::vector<std::string>>();
    GlueJson input = {{"Values", values}};
    const auto partition = pqpack::GetGluePartition(client, name, values);
    if (partition.ok()) input = pqpack::PartitionInputOf(*partition);
    input["StorageDescriptor"]["Location"] = asked.at("location");
    updates.push_back({values, input});
  }
  PQ_ASSIGN(const auto failures, pqpack::UpdateGluePartitions(client, name, updates));
  GlueJson answer = {{"failures", GlueJson::array()}};
  for (const auto& failure : failures) answer["failures"].push_back(failure.values);
  return answer;
}

Result<GlueJson> Answer(const GlueJson& line) {
  pqpack::StoreConfig store;
  store.s3.keys = pqpack::Credentials{"testkey", "testsecret123", ""};
  PQ_ASSIGN(const auto client, pqpack::GlueClient::Make({line.at("endpoint"), ""}, store));
  const pqpack::GlueTableName name{line.at("database"), line.at("table")};
  return line.at("call") == "update_table" ? UpdateTable(*client, name, line)
                                           : UpdatePartitions(*client, name, line);
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    const auto answer = Answer(GlueJson::parse(line));
    GlueJson out = answer.ok() ? *answer : GlueJson::object();
    out["error"] = answer.ok() ? "" : pqpack::ToString(pqpack::CodeOf(answer.status()));
    std::cout << out.dump() << '\n';
  }
}
