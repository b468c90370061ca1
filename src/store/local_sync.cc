// SPDX-License-Identifier: Apache-2.0
#include "store/local_sync.h"

#include <unistd.h>

#include <cerrno>

namespace pqpack {

Status LocalSync::Sync(const Fd& fd, const std::string& path) {
  if (::fsync(fd.get()) != 0) return ErrnoError(errno, "bring to disk", path);
  return Status::OK();
}

}  // namespace pqpack
