// SPDX-License-Identifier: Apache-2.0
//
// Leads the catalog to where a list was published.  No row that readers see before is missing
// behind it:
//
//   1. the old place is listed.  Is an original not there as it was read, the catalog is left;
//      what arrived meanwhile is copied to the new place;
//   2. the catalog is changed, if it still leads to the old place;
//   3. the old place is listed again, and what arrived since is copied, too;
//   4. the table's own location follows, where the list says so and all partitions are led;
//   5. originals are removed, where the list says so and the catalog leads to the new place.
//
// Each step may be done again, by whoever: what the catalog leads to the new place is gone on with
// at 3, and what it leads to any third place is left as it is, and named.
#pragma once

#include <functional>
#include <vector>

#include "commit/journal.h"
#include "commit/publish.h"
#include "commit/swap_record.h"

namespace pqpack {

struct Relocated {
  PublishReport report;
  std::vector<Uri> late;             // where files that arrived meanwhile were copied to
  std::vector<SwappedPlace> places;  // of groups that remove nothing, led by now
  bool table_led = false;            // the group without files is
};

// `list` is published, but for the groups in `failed`; `recovering`: it is not known which are, so
// groups that the catalog does not lead to yet are published once more.  The context has a
// catalog.  Errors: call again.
Result<Relocated> Relocate(const PublishList& list, const std::vector<GroupFailure>& failed,
                           bool recovering, const PublishContext& context,
                           const std::function<Status()>& still_ours);

// kConfig where this phase of the run needs a catalog, and there is none, or that of another table.
Status CheckCatalog(const Journal& journal, const PublishContext& context);

}  // namespace pqpack
