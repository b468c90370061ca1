// SPDX-License-Identifier: Apache-2.0
#include "run/plan_end.h"

#include <fmt/format.h>

#include <string_view>

#include "commit/record.h"

namespace pqpack {
namespace {

constexpr std::string_view kKind = "pqpack committed plan";
constexpr std::string_view kPublishing = "publishing";
constexpr std::string_view kCommitted = "committed";
constexpr size_t kMostText = 16 * kKiB;

Uri NameOf(const Uri& plan) {
  Uri name = plan;
  name.key += ".committed";
  return name;
}

}  // namespace

Status PlanEnd::ToStatus() const {
  if (left_out == 0) return Status::OK();
  return Error(ErrorCode::kSourceChanged,
               fmt::format("the plan was committed, but for {} of its partitions; the first: {}",
                           left_out, first),
               "Make a new plan for what was left out.");
}

Result<FoundPlanEnd> FindPlanEnd(const PlannedRun& planned, ObjectStore& store, const Uri& uri) {
  const Uri name = NameOf(uri);
  PQ_ASSIGN(const auto stored, ReadText(store, name, kMostRecordBytes));
  FoundPlanEnd found{.end = {}, .unchanged = {WriteCondition::kIfAbsent, {}}};
  if (!stored) return found;
  found.unchanged = {WriteCondition::kIfMatch, stored->info.etag};
  const std::string where = name.ToString();
  PQ_ASSIGN(const Record record, ParseRecord(stored->text, kKind, where));
  PQ_ASSIGN(const std::string plan, TextOf(record, "plan_sha256", where));
  if (plan != planned.digest) return found;  // of the one that had this name before
  PlanEnd& end = found.end.emplace();
  PQ_ASSIGN(end.left_out, NumberOf(record, "left_out", where));
  PQ_ASSIGN(end.first, TextOf(record, "first", where));
  const auto state = record.find("state");
  end.reached = state == record.end() || *state != kPublishing;
  return found;
}

Status WritePlanEnd(const PlannedRun& planned, const PlanEnd& end, ObjectStore& store,
                    const Uri& uri, WriteCondition* unchanged) {
  Record record = NewRecord(kKind);
  record["plan_sha256"] = planned.digest;
  record["run"] = planned.options.run;
  record["state"] = end.reached ? kCommitted : kPublishing;
  record["left_out"] = end.left_out;
  record["first"] = end.first.substr(0, kMostText);
  PQ_ASSIGN(const ObjectInfo written, WriteText(store, NameOf(uri), ToLine(record), *unchanged));
  *unchanged = {WriteCondition::kIfMatch, written.etag};
  return Status::OK();
}

}  // namespace pqpack
