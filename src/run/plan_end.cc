// SPDX-License-Identifier: Apache-2.0
#include "run/plan_end.h"

#include <fmt/format.h>

#include "commit/record.h"

namespace pqpack {
namespace {

constexpr std::string_view kKind = "pqpack committed plan";
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

Result<std::optional<PlanEnd>> FindPlanEnd(const PlannedRun& planned, ObjectStore& store,
                                           const Uri& uri) {
  const Uri name = NameOf(uri);
  PQ_ASSIGN(const auto stored, ReadText(store, name, kMostRecordBytes));
  if (!stored) return std::nullopt;
  const std::string where = name.ToString();
  PQ_ASSIGN(const Record record, ParseRecord(stored->text, kKind, where));
  PQ_ASSIGN(const std::string plan, TextOf(record, "plan_sha256", where));
  if (plan != planned.digest) return std::nullopt;  // of the one that had this name before
  PlanEnd end;
  PQ_ASSIGN(end.left_out, NumberOf(record, "left_out", where));
  PQ_ASSIGN(end.first, TextOf(record, "first", where));
  return end;
}

Status WritePlanEnd(const PlannedRun& planned, const PlanEnd& end, ObjectStore& store,
                    const Uri& uri) {
  Record record = NewRecord(kKind);
  record["plan_sha256"] = planned.digest;
  record["run"] = planned.options.run;
  record["left_out"] = end.left_out;
  record["first"] = end.first.substr(0, kMostText);
  return WriteText(store, NameOf(uri), ToLine(record), {WriteCondition::kOverwrite, {}}).status();
}

}  // namespace pqpack
