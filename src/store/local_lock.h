// SPDX-License-Identifier: Apache-2.0
//
// The lock on a temporary file that tells a live writer from a dead one.  It is
// an open-file-description lock: gone with the last descriptor of the writer,
// kept apart also between threads, and one can ask for it without taking it.
#pragma once

#include <string>

#include "store/local_file.h"

namespace pqpack {

// Opens (creating it) and locks the temporary file `name` in `folder`, empty and
// not published under any other name.  A dead run's leftover is removed first.
// Errors as of Lock(), and kNotFound: the folder was removed meanwhile.  `path` is
// the final path, for errors.
Result<Fd> TakeTemporary(const Fd& folder, const std::string& name, const std::string& path);

// True if `fd` is locked through another open of the file.
bool IsTaken(const Fd& fd);

// Takes the lock.  kAlreadyExists: a live writer has it; kConfig: there are no locks
// here.  `fd` must be open for writing.
Status Lock(const Fd& fd, const std::string& path);

// True if `name` in `folder` is still the file that `fd` has open.
bool IsStill(const Fd& folder, const std::string& name, const Fd& fd);

}  // namespace pqpack
