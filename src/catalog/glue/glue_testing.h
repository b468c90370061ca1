// SPDX-License-Identifier: Apache-2.0
//
// For tests: a Glue that answers as a function says, and a client of it that does not wait.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "catalog/glue/glue_client.h"
#include "store/s3/scripted_server_testing.h"

namespace pqpack {

inline std::string JsonAnswer(const GlueJson& answer) { return HttpAnswer(200, answer.dump()); }

inline std::string GlueError(int status, const std::string& code,
                             const std::string& message = "no") {
  return HttpAnswer(status, GlueJson{{"__type", code}, {"Message", message}}.dump());
}

class ScriptedGlue {
 public:
  // Gets "GetTable" and the like, and what it was asked.
  using Script = std::function<std::string(const std::string& call, const GlueJson& input)>;

  explicit ScriptedGlue(Script script)
      : server([script = std::move(script)](const ScriptedRequest& request) {
          const std::string target = request.Header("x-amz-target");
          return script(target.substr(target.find('.') + 1), GlueJson::parse(request.body));
        }) {
    glue.endpoint_url = server.url();
    store.counters = &counters;
    parts.credentials = [](bool) { return Credentials{"key", "secret-never-shown", ""}; };
    parts.retry.random = [] { return 0.5; };
    parts.retry.sleep = [this](RetryDelay delay, std::stop_token) { sleeps.push_back(delay); };
  }

  GlueClient& client() {
    if (client_ == nullptr) client_ = GlueClient::Make(glue, store, parts).ValueOrDie();
    return *client_;
  }

  GlueConfig glue;       // may be changed before the first request
  StoreConfig store;     // likewise
  AwsSenderParts parts;  // likewise
  RequestCounters counters;
  std::vector<RetryDelay> sleeps;
  ScriptedServer server;

 private:
  std::unique_ptr<GlueClient> client_;
};

// Answers with these in turn, the last one for ever.
inline ScriptedGlue::Script InTurn(std::vector<std::string> answers) {
  return [answers = std::move(answers), next = size_t{0}](const std::string&,
                                                          const GlueJson&) mutable {
    return answers[std::min(next++, answers.size() - 1)];
  };
}

// What GetTable gives of a table of Parquet files.
inline GlueJson ParquetDescriptor(const std::string& location) {
  return {
      {"Location", location},
      {"InputFormat", "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"},
      {"SerdeInfo",
       {{"SerializationLibrary", "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"}}},
      {"Columns", {{{"Name", "id"}, {"Type", "bigint"}}}},
      {"NumberOfBuckets", -1}};
}

inline GlueJson ParquetTable(const std::string& name, const std::string& location,
                             const std::vector<std::string>& keys = {}) {
  GlueJson table = {{"Name", name},           {"TableType", "EXTERNAL_TABLE"},
                    {"ViewOriginalText", ""}, {"Parameters", {{"classification", "parquet"}}},
                    {"VersionId", "3"},       {"StorageDescriptor", ParquetDescriptor(location)}};
  for (const std::string& key : keys) {
    table["PartitionKeys"].push_back({{"Name", key}, {"Type", "string"}});
  }
  return table;
}

inline GlueJson ParquetPartition(const std::vector<std::string>& values,
                                 const std::string& location) {
  return {{"Values", values}, {"StorageDescriptor", ParquetDescriptor(location)}};
}

}  // namespace pqpack
