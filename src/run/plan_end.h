// SPDX-License-Identifier: Apache-2.0
//
// That a plan was committed, and what of it was left out: an object beside the plan.  A commit that
// is run again says the same again, so that who repeats what failed is not told that all is well.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "run/plan_file.h"

namespace pqpack {

struct PlanEnd {
  int64_t left_out = 0;  // partitions
  std::string first;     // of these, and why

  // kSourceChanged if something was left out.
  Status ToStatus() const;
};

// `uri`: the plan's.  Absent: it was not committed, as far as is known.
Result<std::optional<PlanEnd>> FindPlanEnd(const PlannedRun& planned, ObjectStore& store,
                                           const Uri& uri);
Status WritePlanEnd(const PlannedRun& planned, const PlanEnd& end, ObjectStore& store,
                    const Uri& uri);

}  // namespace pqpack
