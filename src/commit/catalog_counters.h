// SPDX-License-Identifier: Apache-2.0
//
// What a catalog keeps of the files of partitions and tables (catalog/glue/counters.h), once a
// list has made other files of them.  A partition has what is found in its place by then, whoever
// has put it there, so that it is true for whoever comes to it late.
#pragma once

#include <functional>
#include <vector>

#include "base/events.h"
#include "commit/journal.h"
#include "commit/publish.h"

namespace pqpack {

// Behind the last group, and as long as the run may be recovered: it may be done again.  `failed`:
// groups that are as they were; `table_led`: the table itself was led elsewhere, with its counters.
// No reader finds other rows by what is kept, so what can't be corrected is told and no more, as
// where the context has not that catalog.  Errors: kCancelled, those of `still_ours`.
Status CorrectCatalogCounters(const PublishList& list, const std::vector<GroupFailure>& failed,
                              bool table_led, const RunFolder& folder,
                              const PublishContext& context, EventSink& events,
                              const std::function<Status()>& still_ours);

}  // namespace pqpack
