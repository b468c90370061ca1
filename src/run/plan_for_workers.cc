// SPDX-License-Identifier: Apache-2.0
#include "run/plan_for_workers.h"

#include <string_view>
#include <utility>

#include "catalog/partition_path.h"
#include "commit/run_folder.h"
#include "run/compaction_site.h"

namespace pqpack {
namespace {

Status CheckOutside(const Uri& folder, const Uri& out) {
  if (Contains(RunsFolder(folder), out)) {
    return Error(ErrorCode::kInvalid, out.ToString() + " lies where runs keep what they work with",
                 "Choose another place for --out.");
  }
  if (!Contains(folder, out) || IsHidden(std::string_view(out.key).substr(folder.key.size()))) {
    return Status::OK();
  }
  return Error(ErrorCode::kInvalid,
               out.ToString() + " lies in " + folder.ToString() +
                   ", whose readers would take the plan for one of its files",
               "Choose another place for --out.");
}

Status CheckOut(const PlannedRun& planned, const Uri& out) {
  PQ_RETURN_NOT_OK(CheckOutside(planned.plan.table.location, out));
  if (planned.options.elsewhere()) {
    PQ_RETURN_NOT_OK(CheckOutside(planned.options.destination, out));
  }
  for (const PartitionPlan& partition : planned.plan.partitions) {
    PQ_RETURN_NOT_OK(CheckOutside(partition.partition.location, out));
  }
  return Status::OK();
}

}  // namespace

Result<PlannedRun> PlanForWorkers(const CompactOptions& options, const GlueTableRef& glue,
                                  const Uri& out, Catalog& catalog, ObjectStore& store,
                                  EventSink& events, std::stop_token stop) {
  PlannedRun planned{.glue = glue, .options = options, .plan = {}};
  PQ_ASSIGN(planned.plan, PlanCompaction(options.table, catalog, store, stop));
  PQ_RETURN_NOT_OK(CheckOut(planned, out));
  Executor idle(1);
  CompactionSite site(options, catalog, {store, store}, idle, events, std::move(stop));
  site.SetPlan(std::move(planned.plan));
  PQ_RETURN_NOT_OK(site.CheckPlaces());
  planned.plan = site.TakePlan();
  return planned;
}

}  // namespace pqpack
