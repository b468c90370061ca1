// SPDX-License-Identifier: Apache-2.0
//
// compact: the small files of each partition of a table become files of a target size, with the
// same rows.  What readers see changes only after every new file is proven.
#pragma once

#include <functional>
#include <stop_token>

#include "base/events.h"
#include "base/executor.h"
#include "base/status.h"
#include "run/compact_options.h"
#include "run/compact_summary.h"

namespace pqpack {

// `on_partition` gets every partition when all is over, one call at a time, in the plan's order.
// An error is returned only where the run as a whole can't go on: a table that is missing or
// refused, credentials, a listing that broke off, another run at work on the same table,
// kCancelled. `summary` is filled in either case.  `events` gets what moves a progress: a file
// there is one of the originals.
Status Compact(const CompactOptions& options, Catalog& catalog, const CompactStores& stores,
               Executor& io, EventSink& events,
               const std::function<void(const PartitionDone&)>& on_partition, std::stop_token stop,
               CompactSummary* summary);

}  // namespace pqpack
