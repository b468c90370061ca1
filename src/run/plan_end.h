// SPDX-License-Identifier: Apache-2.0
//
// That a plan was committed, and what of it was left out: an object beside the plan.  A commit that
// is run again says the same again, so that who repeats what failed is not told that all is well.
// What is left out is written before anything is published, too: who completes a commit that died
// can't find it out any more.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "run/plan_file.h"

namespace pqpack {

struct PlanEnd {
  int64_t left_out = 0;  // partitions
  std::string first;     // of these, and why
  bool reached = true;   // else a commit was about to publish the others, and may have died

  // As of one that is reached: kSourceChanged if something was left out.
  Status ToStatus() const;
};

struct FoundPlanEnd {
  std::optional<PlanEnd> end;  // absent: no commit of this plan came that far, as far as is known
  WriteCondition unchanged;    // holds for as long as nobody else has written one
};

// `uri`: the plan's.
Result<FoundPlanEnd> FindPlanEnd(const PlannedRun& planned, ObjectStore& store, const Uri& uri);
// What holds then is `unchanged`.  kAlreadyExists, kSourceChanged: somebody else has written one.
Status WritePlanEnd(const PlannedRun& planned, const PlanEnd& end, ObjectStore& store,
                    const Uri& uri, WriteCondition* unchanged);

}  // namespace pqpack
