// SPDX-License-Identifier: Apache-2.0
//
// The step in which a local file gets or loses its name.
#pragma once

#include <string>

#include "store/local_file.h"
#include "store/local_folder.h"
#include "store/object_store.h"

namespace pqpack {

// Renames `temporary` in `folder` to the last component of `path`, in one step, if
// `condition` allows it: kAlreadyExists, kSourceChanged.  Where something else
// than pqpack changes the name at the same moment, kIfMatch may replace what it
// has not compared; the other conditions hold against everybody.  Errors of FolderLock::Take(),
// too.
Status PublishName(const Fd& folder, const std::string& temporary, const std::string& path,
                   const WriteCondition& condition, const LockWait& wait);

// Gives the file that `source` has open the last component of `path` in `folder` as one more name.
// kAlreadyExists; kNotFound: it has no name any more.  False: the system can't do that here.
Result<bool> LinkName(const Fd& source, const Fd& folder, const std::string& path);

// Deletes the file of exactly this version; gone already is success.  Atomic as
// far as kIfMatch is.  Errors of FolderLock::Take(), too.
Status DeleteVersion(const ObjectId& id, const LockWait& wait);

// Deletes a temporary file; gone already is success.  kAlreadyExists if a live
// writer has it.
Status DeleteTemporary(const std::string& path);

}  // namespace pqpack
