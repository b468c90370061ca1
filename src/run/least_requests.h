// SPDX-License-Identifier: Apache-2.0
//
// What a compaction will ask of S3 at the least, for who has to approve its plan.
#pragma once

#include <cstdint>

#include "plan/compact_plan.h"
#include "run/compact_options.h"

namespace pqpack {

// Requests, from names and sizes alone; 0 for tables on a disk.  Only what each original takes is
// counted: how many more it takes to read large files, and to write and prove outputs, shows when
// their pages are seen.  Pure.
int64_t LeastRequests(const CompactPlan& plan, const CompactOptions& options);

}  // namespace pqpack
