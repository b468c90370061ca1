// SPDX-License-Identifier: Apache-2.0
//
// Finds and removes what killed runs left on local disks.
#pragma once

#include <vector>

#include "store/object_store.h"

namespace pqpack {

// Temporary files below `folder` that no live writer holds.  `uri` is the name
// that was meant; of names that had to be hashed it is the temporary file's own.
// A folder that does not exist has none.
Result<std::vector<UnfinishedWrite>> UnfinishedLocal(const Uri& folder);

// kAlreadyExists if a live writer has taken it over meanwhile.
Status AbandonLocal(const UnfinishedWrite& write);

}  // namespace pqpack
