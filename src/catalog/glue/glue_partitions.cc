// SPDX-License-Identifier: Apache-2.0
//
// A page is asked for alone first: most tables have no more, and segments would make ten
// requests of one.  Where there is more, all is asked for again, in ten segments at once.
//
// Sources: GetPartitions (segments, expressions, pages), BatchUpdatePartition (100 entries),
// PartitionInput, AWS Glue web API reference.
#include "catalog/glue/glue_partitions.h"

#include <algorithm>
#include <mutex>
#include <set>
#include <utility>

#include "catalog/glue/pages.h"

namespace pqpack {
namespace {

constexpr Operation kGetPartitions{"GetPartitions", "glue:GetPartitions"};
constexpr Operation kGetPartition{"GetPartition", "glue:GetPartition"};
constexpr Operation kBatchUpdate{"BatchUpdatePartition", "glue:BatchUpdatePartition"};

constexpr int kSegments = 10;          // the most that Glue takes
constexpr int kMostPerPage = 1000;     // likewise
constexpr size_t kMostPerBatch = 100;  // likewise

constexpr const char* kPartitionInput[] = {"Values", "LastAccessTime", "StorageDescriptor",
                                           "Parameters", "LastAnalyzedTime"};

GlueJson Question(const GlueTableName& name, const std::string& expression) {
  GlueJson input = {{"DatabaseName", name.database},
                    {"TableName", name.table},
                    {"MaxResults", kMostPerPage},
                    {"ExcludeColumnSchema", true}};
  if (!expression.empty()) input["Expression"] = expression;
  return input;
}

// Visits each partition once: segments of a catalog that changes, or of one that knows no
// segments, may give one twice.
class Once {
 public:
  explicit Once(const std::function<Status(const GlueJson& partition)>& visit) : visit_(visit) {}

  Status operator()(const GlueJson& partition) {
    std::lock_guard lock(mutex_);
    return seen_.insert(TextsOf(partition, "Values")).second ? visit_(partition) : Status::OK();
  }

 private:
  const std::function<Status(const GlueJson& partition)>& visit_;
  std::mutex mutex_;
  std::set<std::vector<std::string>> seen_;
};

Status Visit(GlueClient& client, const GlueTableName& name, const std::string& expression,
             Executor& io, Once& once) {
  const GlueJson input = Question(name, expression);
  const auto visit = [&](const GlueJson& partition) { return once(partition); };
  PQ_ASSIGN(const GlueJson first, client.Call(kGetPartitions, name.ToString(), input));
  if (TextOf(first, "NextToken").empty() && FieldOf(first, "Partitions").is_array()) {
    for (const GlueJson& partition : first["Partitions"]) PQ_RETURN_NOT_OK(visit(partition));
    return Status::OK();
  }
  return io.ForEach(kSegments, kSegments, [&](int64_t number) {
    GlueJson of_segment = input;
    of_segment["Segment"] = {{"SegmentNumber", number}, {"TotalSegments", kSegments}};
    return ForEachPage(client, kGetPartitions, name.ToString(), std::move(of_segment), "Partitions",
                       visit);
  });
}

}  // namespace

Status ForEachGluePartition(GlueClient& client, const GlueTableName& name,
                            const std::string& expression, Executor& io,
                            const std::function<Status(const GlueJson& partition)>& visit) {
  Once once(visit);
  Status status = Visit(client, name, expression, io, once);
  // Glue's parser has reserved words that are good names for columns.
  if (expression.empty() || CodeOf(status) != ErrorCode::kInvalid) return status;
  return Visit(client, name, {}, io, once);
}

Result<GlueJson> GetGluePartition(GlueClient& client, const GlueTableName& name,
                                  const std::vector<std::string>& values) {
  PQ_ASSIGN(const GlueJson answer, client.Call(kGetPartition, name.ToString(),
                                               {{"DatabaseName", name.database},
                                                {"TableName", name.table},
                                                {"PartitionValues", values}}));
  const GlueJson& partition = FieldOf(answer, "Partition");
  if (partition.is_object()) return partition;
  return Error(ErrorCode::kCorrupt,
               name.ToString() + ": Glue's answer to GetPartition has no partition");
}

GlueJson PartitionInputOf(const GlueJson& partition) {
  return MembersOf(partition, kPartitionInput);
}

Result<std::vector<GluePartitionFailure>> UpdateGluePartitions(
    GlueClient& client, const GlueTableName& name,
    const std::vector<GluePartitionUpdate>& updates) {
  std::vector<GluePartitionFailure> failures;
  for (size_t begin = 0; begin < updates.size(); begin += kMostPerBatch) {
    GlueJson entries = GlueJson::array();
    for (size_t i = begin; i < std::min(begin + kMostPerBatch, updates.size()); ++i) {
      entries.push_back(
          {{"PartitionValueList", updates[i].values}, {"PartitionInput", updates[i].input}});
    }
    PQ_ASSIGN(const GlueJson answer, client.Call(kBatchUpdate, name.ToString(),
                                                 {{"DatabaseName", name.database},
                                                  {"TableName", name.table},
                                                  {"Entries", std::move(entries)}}));
    for (const GlueJson& error : ListOf(answer, "Errors")) {
      const GlueJson& detail = FieldOf(error, "ErrorDetail");
      failures.push_back({TextsOf(error, "PartitionValueList"),
                          QuoteServer(TextOf(detail, "ErrorCode")),
                          QuoteServer(TextOf(detail, "ErrorMessage"))});
    }
  }
  return failures;
}

}  // namespace pqpack
