// SPDX-License-Identifier: Apache-2.0
//
// What stands in the place that a run leads the catalog to, as long as the run has a journal at its
// root: under the journal's name, and saying where that is.  So that whoever compacts the new place
// by itself, whose lock is another one, does not go on while its files are still published.
#pragma once

#include <optional>
#include <string_view>

#include "commit/run_folder.h"

namespace pqpack {

// `folder`: the run's at its root.  Behind its journal, before anything is published.
Status PutSignpost(ObjectStore& store, const RunFolder& folder, const Uri& destination);

// Only what PutSignpost() wrote for this run.
Status RemoveSignpost(ObjectStore& store, const RunFolder& folder, const Uri& destination);

// Where the run is kept whose folder this is; nullopt: `text` is no signpost of it.
std::optional<Uri> SignpostRoot(std::string_view text, const RunFolder& folder);

// Removes what stands in `folder`, if the run that it tells of has ended.  One that was taken for
// dead may have put it there later.
Status RemoveStaleSignpost(ObjectStore& store, const RunFolder& folder);

}  // namespace pqpack
