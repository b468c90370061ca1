// SPDX-License-Identifier: Apache-2.0
//
// A table has versions, so it is compared and replaced at once.  A partition has none: it is read,
// and replaced right behind that.
#include "catalog/glue/glue_locations.h"

#include <algorithm>
#include <string>
#include <utility>

#include "catalog/glue/counters.h"
#include "catalog/glue/glue_errors.h"
#include "catalog/glue/glue_partitions.h"
#include "catalog/glue/table_check.h"
#include "catalog/partition_path.h"

namespace pqpack {
namespace {

constexpr int kReads = 16;           // at once
constexpr size_t kMostAtOnce = 100;  // of a batch
constexpr int kTries = 5;

std::vector<std::string> GlueValues(const PartitionValues& values) {
  std::vector<std::string> texts;
  texts.reserve(values.size());
  for (const auto& value : values) texts.push_back(value ? *value : std::string(kNullPartition));
  return texts;
}

std::string NameOf(const GlueTableName& name, const PartitionValues& values) {
  std::string text = name.ToString();
  if (values.empty()) return text;
  text += ", partition (";
  for (const std::string& value : GlueValues(values)) text += value + ", ";
  text.resize(text.size() - 2);
  return text + ")";
}

Result<GlueJson> Read(GlueClient& client, const GlueTableName& name,
                      const PartitionValues& values) {
  return values.empty() ? GetGlueTable(client, name)
                        : GetGluePartition(client, name, GlueValues(values));
}

// kSourceChanged: the catalog has another location.  `done`: nothing is left to be changed.
Result<GlueJson> Compare(GlueClient& client, const GlueTableName& name,
                         const LocationChange& change, bool* done) {
  PQ_ASSIGN(GlueJson json, Read(client, name, change.values));
  const std::string subject = NameOf(name, change.values);
  PQ_ASSIGN(const Uri now, LocationOf(FieldOf(json, "StorageDescriptor"), subject));
  if (now != change.from.AsFolder() && now != change.to.AsFolder()) {
    return Error(ErrorCode::kSourceChanged,
                 subject + ": somebody else has led it to " + now.ToString(),
                 "Nothing was changed there. Look at what that place holds.");
  }
  GlueJson changed = ChangedLocation(json, change);
  *done = changed == json;
  return changed;
}

Status ChangeTable(GlueClient& client, const GlueTableName& name, const LocationChange& change) {
  for (int left = kTries;; --left) {
    bool done = false;
    PQ_ASSIGN(const GlueJson json, Compare(client, name, change, &done));
    if (done) return Status::OK();
    Status status = UpdateGlueTable(client, name, TableInputOf(json), TextOf(json, "VersionId"));
    // Also where the change was ours, and its answer was lost.
    if (CodeOf(status) != ErrorCode::kSourceChanged || left == 0) return status;
  }
}

Status ToStatus(const GluePartitionFailure& failure, const std::string& subject) {
  S3Error error;
  error.code = failure.code;
  const ErrorRule& rule = GlueRuleOf(error);
  constexpr std::string_view kPermission = "{permission}";
  std::string action(rule.action);
  if (const size_t at = action.find(kPermission); at != std::string::npos) {
    action.replace(at, kPermission.size(), "glue:BatchUpdatePartition");
  }
  return Error(rule.error, subject + ": " + failure.code + ": " + failure.message, action);
}

class PartitionBatch {
 public:
  PartitionBatch(GlueClient& client, const GlueTableName& name,
                 std::span<const LocationChange> changes, std::span<Status> statuses, Executor& io)
      : client_(client), name_(name), changes_(changes), statuses_(statuses), io_(io) {}

  Status Run() {
    std::vector<size_t> open(changes_.size());
    for (size_t i = 0; i < open.size(); ++i) open[i] = i;
    for (int left = kTries; !open.empty() && left > 0; --left) {
      PQ_ASSIGN(open, Try(open));
    }
    return Status::OK();
  }

 private:
  // Those that are to be tried again, as something else was writing them.
  Result<std::vector<size_t>> Try(const std::vector<size_t>& open) {
    std::vector<GlueJson> inputs(open.size());
    PQ_RETURN_NOT_OK(io_.ForEach(static_cast<int64_t>(open.size()), kReads, [&](int64_t i) {
      return ReadOne(open[static_cast<size_t>(i)], &inputs[static_cast<size_t>(i)]);
    }));
    std::vector<GluePartitionUpdate> updates;
    for (size_t i = 0; i < open.size(); ++i) {
      if (inputs[i].is_null()) continue;
      updates.push_back({GlueValues(changes_[open[i]].values), std::move(inputs[i])});
    }
    std::vector<size_t> again;
    if (updates.empty()) return again;
    PQ_ASSIGN(const auto failures, UpdateGluePartitions(client_, name_, updates));
    for (const GluePartitionFailure& failure : failures) {
      for (const size_t i : open) {
        if (GlueValues(changes_[i].values) != failure.values) continue;
        statuses_[i] = ToStatus(failure, NameOf(name_, changes_[i].values));
        if (MayPass(CodeOf(statuses_[i]))) again.push_back(i);
      }
    }
    return again;
  }

  static bool MayPass(ErrorCode code) {
    return code == ErrorCode::kSourceChanged || code == ErrorCode::kThrottled ||
           code == ErrorCode::kTransient;
  }

  // What belongs to one partition is its status; else it is everybody's.
  Status ReadOne(size_t i, GlueJson* input) {
    bool done = false;
    auto json = Compare(client_, name_, changes_[i], &done);
    statuses_[i] = json.status();
    if (json.ok()) {
      if (!done) *input = PartitionInputOf(*json);
      return Status::OK();
    }
    const ErrorCode code = CodeOf(json.status());
    const bool its_own = code == ErrorCode::kSourceChanged || code == ErrorCode::kNotFound ||
                         code == ErrorCode::kConfig;
    return its_own ? Status::OK() : json.status();
  }

  GlueClient& client_;
  const GlueTableName& name_;
  const std::span<const LocationChange> changes_;
  const std::span<Status> statuses_;
  Executor& io_;
};

// `to`, spelled as the catalog spells `old`.
std::string Spelled(const Uri& to, const std::string& old) {
  std::string text = to.ToString();
  const size_t scheme = old.find("://");
  if (scheme != std::string::npos) text.replace(0, text.find("://"), old, 0, scheme);
  if (!old.ends_with('/') && text.ends_with('/')) text.pop_back();
  return text;
}

void Lead(GlueJson& object, const char* member, const LocationChange& change) {
  const auto found = LocationOf(GlueJson{{"Location", TextOf(object, member)}}, {});
  if (!found.ok() || *found != change.from.AsFolder()) return;
  object[member] = Spelled(change.to, TextOf(object, member));
}

}  // namespace

GlueJson ChangedLocation(GlueJson json, const LocationChange& change) {
  GlueJson& descriptor = json["StorageDescriptor"];
  Lead(descriptor, "Location", change);
  if (FieldOf(FieldOf(descriptor, "SerdeInfo"), "Parameters").is_object()) {
    GlueJson& serde = descriptor["SerdeInfo"]["Parameters"];
    if (serde.contains("path")) Lead(serde, "path", change);
  }
  if (json.contains("Parameters")) {
    json["Parameters"] = CorrectCounters(std::move(json["Parameters"]), change.contents);
  }
  return json;
}

Result<Uri> FindGlueLocation(GlueClient& client, const GlueTableName& name,
                             const PartitionValues& values) {
  PQ_ASSIGN(const GlueJson json, Read(client, name, values));
  return LocationOf(FieldOf(json, "StorageDescriptor"), NameOf(name, values));
}

Result<std::vector<Status>> ChangeGlueLocations(GlueClient& client, const GlueTableName& name,
                                                std::span<const LocationChange> changes,
                                                Executor& io) {
  std::vector<Status> statuses(changes.size());
  size_t begin = 0;
  while (begin < changes.size()) {
    if (changes[begin].values.empty()) {
      statuses[begin] = ChangeTable(client, name, changes[begin]);
      ++begin;
      continue;
    }
    size_t end = begin;
    while (end < changes.size() && end - begin < kMostAtOnce && !changes[end].values.empty()) ++end;
    PQ_RETURN_NOT_OK(PartitionBatch(client, name, changes.subspan(begin, end - begin),
                                    std::span(statuses).subspan(begin, end - begin), io)
                         .Run());
    begin = end;
  }
  return statuses;
}

}  // namespace pqpack
