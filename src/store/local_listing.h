// SPDX-License-Identifier: Apache-2.0
//
// Lists the files below a folder as S3 lists keys.
#pragma once

#include <memory>
#include <vector>

#include "store/object_store.h"

namespace pqpack {

// kNotFound unless `folder` is a folder.  Which names are listed says
// local_walk.h.  A link to nowhere is listed with size 0, so that reading it fails
// by name instead of its rows going missing unsaid.
Result<std::unique_ptr<Listing>> ListLocal(const Uri& folder);

// Temporary files of `place` itself or below it that no live writer holds.  `uri` is the name that
// was meant; of one that had to be hashed and is not there it is the temporary file's own. A folder
// that does not exist has none.
Result<std::vector<UnfinishedWrite>> UnfinishedLocal(const Uri& place);

}  // namespace pqpack
