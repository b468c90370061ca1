// SPDX-License-Identifier: Apache-2.0
//
// Folders of local files: made when a file needs them, removed again if it is
// not published, locked while a version is compared and replaced.
#pragma once

#include <chrono>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
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

// How long to wait for somebody else's folder lock.  It is held for a few system calls only, so who
// has it for longer is frozen, and may never go on.
struct LockWait {
  std::stop_token stop = {};
  std::chrono::milliseconds most = std::chrono::seconds(30);
  std::chrono::milliseconds most_stopped = std::chrono::seconds(1);  // once `stop` is requested
};

// Keeps other pqpack processes and threads from replacing or deleting names in a
// folder.  Held for a few system calls only.  Does nothing where the file system
// can't lock folders (NFS); there a compare-and-swap is not atomic.
class FolderLock {
 public:
  // `folder` is borrowed; `path` is what is to be changed there, for errors.  After waiting in vain
  // kAlreadyExists, with the process that has it where the system tells; kCancelled if stopped.
  static Result<FolderLock> Take(const Fd& folder, const std::string& path, const LockWait& wait);
  FolderLock(FolderLock&& other) noexcept : folder_(std::exchange(other.folder_, nullptr)) {}
  ~FolderLock();
  FolderLock& operator=(FolderLock&&) = delete;

 private:
  explicit FolderLock(const Fd* folder) : folder_(folder) {}
  const Fd* folder_;  // null: moved from
};

}  // namespace pqpack
