// SPDX-License-Identifier: Apache-2.0
//
// Brings written files and folders to disk.
#pragma once

#include <string>

#include "store/local_file.h"

namespace pqpack {

// Thread-safe.
class LocalSync {
 public:
  // Returns when everything written to `fd` (a file, or the names in a folder)
  // before the call will survive a loss of power.  `path` is for errors.
  Status Sync(const Fd& fd, const std::string& path);
};

}  // namespace pqpack
