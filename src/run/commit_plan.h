// SPDX-License-Identifier: Apache-2.0
//
// The end of a plan that workers have carried out (execute_plan.h): what they staged and proved is
// published, if the table still has what the plan saw.
#pragma once

#include <functional>
#include <stop_token>

#include "base/events.h"
#include "base/executor.h"
#include "run/compact_options.h"
#include "run/compact_summary.h"
#include "run/plan_file.h"

namespace pqpack {

// Where the plan is.
struct PlanPlace {
  ObjectStore& store;
  Uri uri;
};

struct CommitSummary : CompactSummary {
  bool committed_before = false;  // nothing was left to do
};

// `options` are the plan's, with this machine's workers, lock and attempt.  `catalog` is the
// table's, and its partition keys have the plan's types.  A partition whose planned files are not
// there any more as they were is left as it is, and so is one of which a task failed; the others
// are published.  That is kept beside the plan, and a commit of it behind that ends as
// PlanEnd::ToStatus() says.  Files that came later are left alone, and it is said how many there
// are. `on_partition` and errors are those of Compact(), and: kSourceChanged, before anything is
// changed, where tasks have no receipt that counts.
Status CommitPlan(const PlannedRun& planned, const CompactOptions& options, const PlanPlace& place,
                  Catalog& catalog, const CompactStores& stores, EventSink& events,
                  const std::function<void(const PartitionDone&)>& on_partition,
                  std::stop_token stop, CommitSummary* summary);

// Gives a plan up: what its workers have left is removed, and those that are still at work find
// out.  kAlreadyExists: it was committed, or a commit that had died while publishing is completed.
Status DiscardPlan(const PlannedRun& planned, const CompactOptions& options, const PlanPlace& place,
                   Catalog& catalog, const CompactStores& stores, EventSink& events,
                   std::stop_token stop);

}  // namespace pqpack
