// SPDX-License-Identifier: Apache-2.0
//
// A plan that is there, and the stores of the places that it names: what `execute` and `commit`
// begin with.
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "cli/catalog_session.h"
#include "cli/environment.h"
#include "cli/flags.h"
#include "cli/store_options.h"
#include "cli/store_session.h"
#include "run/plan_file.h"

namespace pqpack::cli {

Flag PlanFlag(std::string* location, const std::string& group);

class PlanSession {
 public:
  // Reads the plan at `location`, the value of --plan.  `events` is borrowed.  kInvalid: none is
  // given, or it is not one that can be carried out; kNotFound; kSourceChanged: a link has come
  // into the way to a place that it names.
  static Result<std::unique_ptr<PlanSession>> Open(const std::string& location, const S3Config& s3,
                                                   EventSink* events, std::stop_token stop);

  const PlannedRun& planned() const { return planned_; }
  const Uri& uri() const { return uri_; }
  ObjectStore& plan_store() { return *plan_store_; }
  // Serves the table's places.
  StoreSession& session() { return table_session_ ? *table_session_ : *session_; }

  // The table, with the types of keys that the plan has.
  Result<TableChoice> Table(const Environment& environment) const;

 private:
  PlanSession() = default;

  std::unique_ptr<StoreSession> session_;
  std::unique_ptr<StoreSession> table_session_;  // where that of the plan has no S3
  Uri uri_;
  std::unique_ptr<ObjectStore> plan_store_;
  PlannedRun planned_;
};

}  // namespace pqpack::cli
