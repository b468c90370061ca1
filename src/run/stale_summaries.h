// SPDX-License-Identifier: Apache-2.0
//
// `_metadata`: a file in which old versions of Spark and Dask keep the footers of a folder's files.
// Whoever reads it looks for files by it.
#pragma once

#include <vector>

#include "base/events.h"
#include "base/executor.h"
#include "store/object_store.h"

namespace pqpack {

// Warns of those in `folders`, of which files were deleted.  One request each, `width` at a time;
// where the store does not answer nothing is said.
void WarnOfStaleSummaries(const std::vector<Uri>& folders, ObjectStore& store, Executor& executor,
                          int width, EventSink& events);

}  // namespace pqpack
