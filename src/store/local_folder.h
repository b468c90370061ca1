// SPDX-License-Identifier: Apache-2.0
//
// Folders of local files: made when a file needs them, removed again if it is
// not published, locked while a version is compared and replaced.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "store/local_file.h"

namespace pqpack {

// An existing folder, for the *at() calls and fsync.  kNotFound.
Result<Fd> OpenFolder(std::string_view path);

// The same, but folders that are missing are made; their paths are added to `made`,
// each once and without '/' at the end, also when an error is returned.
Result<Fd> MakeFolder(std::string_view path, std::vector<std::string>* made);

// Removes those folders of `made` that are empty, the deepest first, whatever becomes of
// the others.
void RemoveFolders(std::vector<std::string> made);

// Keeps other pqpack processes and threads from replacing or deleting names in a
// folder.  Held for a few system calls only.  Does nothing where the file system
// can't lock folders (NFS); there a compare-and-swap is not atomic.
class FolderLock {
 public:
  explicit FolderLock(const Fd& folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  const Fd& folder_;
};

}  // namespace pqpack
