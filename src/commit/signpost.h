// SPDX-License-Identifier: Apache-2.0
//
// What stands where a run is at work outside of its root, as long as it has a journal there: under
// the journal's name, and saying where that is.  The locks of such places are others, so whoever
// works there by the place's own path, or for another table, would not see it:
//   - in the place that a catalog is led to;
//   - above the key=value folders of partitions that a catalog has outside of the table.
//
// Of two that begin at once at least one sees the other, since both first write and then look: a
// run by a path its lock and its journal, then for signposts at its root and above; a run by a
// catalog its signposts, then for locks and journals, others' signposts among them, there and
// above, and by listing the partitions below.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "commit/journal.h"
#include "commit/publish.h"
#include "commit/run_folder.h"

namespace pqpack {

// All that the journal names.  Behind the journal, before anything is published.
Status PutSignposts(const Journal& journal, const PublishContext& context);

// Only what PutSignposts() wrote for this journal.
Status RemoveSignposts(const Journal& journal, const PublishContext& context);

// Where the run is kept whose folder this is; nullopt: `text` is no signpost of it.
std::optional<Uri> SignpostRoot(std::string_view text, const RunFolder& folder);

// The same of what stands in `folder`.
Result<std::optional<Uri>> FindSignpost(ObjectStore& store, const RunFolder& folder);

// What stands in `folder` says that its run is kept at `root`, and it has no journal there any
// more: it has ended.  False where that can't be told.
bool HasEnded(ObjectStore& store, const Uri& root, const RunFolder& folder);

// Removes what stands in `folder`, if the run that it tells of has ended.  One that was taken for
// dead may have put it there later.
Status RemoveStaleSignpost(ObjectStore& store, const RunFolder& folder);

// Where a run announces that it works on `outside`, partitions outside of its root.  In order.
std::vector<Uri> SignpostPlaces(const std::vector<Uri>& outside);

}  // namespace pqpack
