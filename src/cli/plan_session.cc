// SPDX-License-Identifier: Apache-2.0
#include "cli/plan_session.h"

#include <utility>

#include "cli/location.h"
#include "store/real_place.h"

namespace pqpack::cli {

namespace {

// The plan names places without links.  A link that came since leads elsewhere.
Status CheckStillThere(const Uri& planned) {
  PQ_ASSIGN(const Uri real, RealPlace(planned));
  if (real == planned) return Status::OK();
  return Error(ErrorCode::kSourceChanged,
               planned.ToString() +
                   ": a link leads to another place than when it was planned: " + real.ToString(),
               "Make a new plan. Nothing was changed.");
}

}  // namespace

Flag PlanFlag(std::string* location, const std::string& group) {
  return {.name = "plan",
          .value = "LOCATION",
          .group = group,
          .help = "what pqpack plan --out has written",
          .notes = "A file or an object. It says all that decides what the outputs are.",
          .set = SetText(location),
          .once = true};
}

Result<std::unique_ptr<PlanSession>> PlanSession::Open(const std::string& location,
                                                       const S3Config& s3, EventSink* events,
                                                       std::stop_token stop) {
  if (location.empty()) {
    return Error(ErrorCode::kInvalid, "which plan is missing",
                 "Give --plan LOCATION, which pqpack plan --out has written.");
  }
  std::unique_ptr<PlanSession> opened(new PlanSession);
  PQ_ASSIGN(opened->uri_, ParseRealLocation("--plan", location));
  PQ_ASSIGN(opened->session_, StoreSession::Start({&opened->uri_}, s3, events, stop));
  PQ_ASSIGN(opened->plan_store_, opened->session_->Open(opened->uri_));
  PQ_ASSIGN(opened->planned_, LoadPlan(*opened->plan_store_, opened->uri_));
  const Uri& table = opened->planned_.plan.table.location;
  PQ_RETURN_NOT_OK(CheckStillThere(table));
  PQ_RETURN_NOT_OK(CheckStillThere(opened->planned_.folder().root));
  if (table.scheme != opened->uri_.scheme && table.scheme == Scheme::kS3) {
    PQ_ASSIGN(opened->table_session_, StoreSession::Start({&table}, s3, events, std::move(stop)));
  }
  return opened;
}

Result<TableChoice> PlanSession::Table(const Environment& environment) const {
  CatalogOptions options;
  const GlueTableRef& glue = planned_.glue;
  options.database_name = glue.database;
  options.table_name = glue.table;
  options.catalog_id = glue.catalog_id;
  if (glue == GlueTableRef()) options.path = planned_.plan.table.location.ToString();
  PQ_ASSIGN(TableChoice table, ChooseTable(options, environment));
  // New partitions could make another type of a key than it had.
  if (!table.glue) table.partition_types = planned_.plan.table.partition_keys;
  return table;
}

}  // namespace pqpack::cli
