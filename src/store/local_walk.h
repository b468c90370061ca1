// SPDX-License-Identifier: Apache-2.0
//
// Walks the names below a local folder in the order in which S3 lists keys.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "base/status.h"

namespace pqpack {

// One thread.
class LocalWalk {
 public:
  // Which names: those of objects, or those of unfinished writes.
  enum class Names { kObjects, kTemporary };

  // kNotFound unless `folder` is a folder.
  static Result<LocalWalk> Begin(std::string folder, Names names);

  // The next path that is no folder, or nothing at the end.  Symbolic links are
  // followed; one that leads back to a folder which the walk is in is left out,
  // since its names are given there.  A link to nowhere is given.  What is neither
  // file, folder nor link is left out, and folders that vanish during the walk.
  // kDenied: a folder can't be read.
  Result<std::optional<std::string>> Next();

 private:
  // A folder on the way from the root to where the walk is.
  struct Level {
    std::string path;  // with '/' at its end
    dev_t device = 0;
    ino_t inode = 0;
    std::vector<std::string> left;  // names to come, the next one last; folders end in '/'
  };

  explicit LocalWalk(Names names) : names_(names) {}
  Status Enter(std::string path);

  Names names_;
  std::vector<Level> levels_;
};

}  // namespace pqpack
