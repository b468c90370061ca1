// SPDX-License-Identifier: Apache-2.0
#include "store/local_lock.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace pqpack {
namespace {

struct flock WholeFile() {
  struct flock lock{};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return lock;
}

}  // namespace

Status Lock(const Fd& fd, const std::string& path) {
  struct flock lock = WholeFile();
  if (::fcntl(fd.get(), F_OFD_SETLK, &lock) == 0) return Status::OK();
  if (errno == EAGAIN || errno == EACCES) {
    return Error(ErrorCode::kAlreadyExists, path + ": another run is writing this file",
                 "Wait for it to end, then run again.");
  }
  return Error(ErrorCode::kConfig,
               "cannot lock " + path + ": " + std::generic_category().message(errno),
               "Mount this file system with locks or choose another place.");
}

bool IsTaken(const Fd& fd) {
  struct flock lock = WholeFile();
  return ::fcntl(fd.get(), F_OFD_GETLK, &lock) != 0 || lock.l_type != F_UNLCK;
}

bool IsStill(const Fd& folder, const std::string& name, const Fd& fd) {
  struct stat open{};
  struct stat named{};
  return ::fstat(fd.get(), &open) == 0 &&
         ::fstatat(folder.get(), name.c_str(), &named, AT_SYMLINK_NOFOLLOW) == 0 &&
         open.st_dev == named.st_dev && open.st_ino == named.st_ino;
}

Result<Fd> TakeTemporary(const Fd& folder, const std::string& name, const std::string& path) {
  constexpr int kFlags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
  while (true) {
    Fd fd(::openat(folder.get(), name.c_str(), kFlags | O_CREAT | O_EXCL, 0666));
    const bool made = static_cast<bool>(fd);
    if (!made) {
      if (errno != EEXIST) return ErrnoError(errno, "create", path);
      fd = Fd(::openat(folder.get(), name.c_str(), kFlags));
      if (!fd && errno == ENOENT) continue;
      if (!fd) return ErrnoError(errno, "open the leftover of a dead run beside", path);
    }
    const Status locked = Lock(fd, path);
    if (CodeOf(locked) == ErrorCode::kConfig && made) ::unlinkat(folder.get(), name.c_str(), 0);
    PQ_RETURN_NOT_OK(locked);
    // Between open and lock its former owner may have published or removed it.
    if (!IsStill(folder, name, fd)) continue;
    if (made) return fd;
    // A writer that died between link and unlink left a second name of a published
    // file: never write into a leftover, start a new file.
    if (::unlinkat(folder.get(), name.c_str(), 0) != 0) {
      return ErrnoError(errno, "remove the leftover of a dead run beside", path);
    }
  }
}

}  // namespace pqpack
