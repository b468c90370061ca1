// SPDX-License-Identifier: Apache-2.0
//
// Who may do what to a name at the same time:
//   - one writer at a time has the temporary file's lock (local_lock.h), so two of
//     them never publish under one name at once;
//   - comparing a version and then replacing or deleting it happens under the
//     folder's lock, so a delete never meets a version that it has not compared;
//   - a name that must be free is taken by the kernel in one step.
#include "store/local_publish.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "store/local_lock.h"
#include "store/local_names.h"

namespace pqpack {
namespace {

Status Rename(const Fd& folder, const std::string& from, const std::string& path) {
  const std::string name(NamePart(path));
  if (::renameat(folder.get(), from.c_str(), folder.get(), name.c_str()) == 0) {
    return Status::OK();
  }
  return ErrnoError(errno, "publish", path);
}

// Returns 0 or an errno.
int TakeFreeName(const Fd& folder, const std::string& from, const std::string& name) {
  if (::renameat2(folder.get(), from.c_str(), folder.get(), name.c_str(), RENAME_NOREPLACE) == 0) {
    return 0;
  }
  if (errno != EINVAL && errno != ENOSYS) return errno;
  // NFS has no such rename.  A link, too, fails if the name is taken.
  if (::linkat(folder.get(), from.c_str(), folder.get(), name.c_str(), 0) != 0) return errno;
  ::unlinkat(folder.get(), from.c_str(), 0);
  return 0;
}

Status NameIsTaken(const Fd& folder, const std::string& path) {
  const std::string name(NamePart(path));
  struct stat there{};
  if (::fstatat(folder.get(), name.c_str(), &there, 0) == 0 && S_ISDIR(there.st_mode)) {
    return ErrnoError(EISDIR, "publish", path);
  }
  return Error(ErrorCode::kAlreadyExists, path + ": the file exists already",
               "Remove it, choose another place, or ask for overwriting.");
}

Status RenameIfAbsent(const Fd& folder, const std::string& from, const std::string& path) {
  const int error = TakeFreeName(folder, from, std::string(NamePart(path)));
  if (error == 0) return Status::OK();
  return error == EEXIST ? NameIsTaken(folder, path) : ErrnoError(error, "publish", path);
}

Status RenameIfMatch(const Fd& folder, const std::string& from, const std::string& path,
                     const std::string& etag) {
  const std::string name(NamePart(path));
  struct stat now{};
  if (::fstatat(folder.get(), name.c_str(), &now, 0) != 0) {
    if (errno != ENOENT) return ErrnoError(errno, "look at", path);
    struct stat link{};
    if (::fstatat(folder.get(), name.c_str(), &link, AT_SYMLINK_NOFOLLOW) == 0) {
      return Error(ErrorCode::kInvalid, path + ": a symbolic link that leads to nothing",
                   "Remove the link.");
    }
  }
  if (LocalEtag(now) != etag) {
    return Error(ErrorCode::kSourceChanged, path + ": not replaced, the file changed",
                 "Run again.");
  }
  return Rename(folder, from, path);
}

}  // namespace

Status PublishName(const Fd& folder, const std::string& temporary, const std::string& path,
                   const WriteCondition& condition, const LockWait& wait) {
  if (condition.kind == WriteCondition::kIfAbsent) return RenameIfAbsent(folder, temporary, path);
  PQ_ASSIGN(const FolderLock lock, FolderLock::Take(folder, path, wait));
  if (condition.kind == WriteCondition::kOverwrite) return Rename(folder, temporary, path);
  return RenameIfMatch(folder, temporary, path, condition.etag);
}

Result<bool> LinkName(const Fd& source, const Fd& folder, const std::string& path) {
  const std::string name(NamePart(path));
  // Not by its path, where another file may be by now.
  const std::string opened = fmt::format("/proc/self/fd/{}", source.get());
  if (::linkat(AT_FDCWD, opened.c_str(), folder.get(), name.c_str(), AT_SYMLINK_FOLLOW) == 0) {
    return true;
  }
  if (errno == EEXIST) return NameIsTaken(folder, path);
  struct stat stat{};
  if (::fstat(source.get(), &stat) == 0 && stat.st_nlink == 0) {
    return Error(ErrorCode::kNotFound, path + ": what was to get this name was deleted",
                 "Run again.");
  }
  return false;
}

Status DeleteVersion(const ObjectId& id, const LockWait& wait) {
  PQ_RETURN_NOT_OK(CheckLocal(id.uri));
  const std::string& path = id.uri.key;
  const auto folder = OpenFolder(FolderPart(path));
  if (CodeOf(folder.status()) == ErrorCode::kNotFound) return Status::OK();
  PQ_RETURN_NOT_OK(folder.status());
  const std::string name(NamePart(path));
  PQ_ASSIGN(const FolderLock lock, FolderLock::Take(*folder, path, wait));
  struct stat stat{};
  if (::fstatat(folder->get(), name.c_str(), &stat, 0) != 0) {
    return errno == ENOENT ? Status::OK() : ErrnoError(errno, "look at", path);
  }
  if (LocalEtag(stat) != id.etag) {
    return Error(ErrorCode::kSourceChanged,
                 path + ": not deleted, the file changed since it was listed",
                 "Run again when nothing writes to it.");
  }
  if (::unlinkat(folder->get(), name.c_str(), 0) == 0 || errno == ENOENT) return Status::OK();
  return ErrnoError(errno, "delete", path);
}

Status DeleteTemporary(const std::string& path) {
  const std::string name(NamePart(path));
  if (!IsTemporaryName(name)) {
    return Error(ErrorCode::kInvalid, path + ": not the name of an unfinished write");
  }
  const auto folder = OpenFolder(FolderPart(path));
  if (CodeOf(folder.status()) == ErrorCode::kNotFound) return Status::OK();
  PQ_RETURN_NOT_OK(folder.status());
  const Fd fd(::openat(folder->get(), name.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!fd) return errno == ENOENT ? Status::OK() : ErrnoError(errno, "open", path);
  PQ_RETURN_NOT_OK(Lock(fd, path));
  if (!IsStill(*folder, name, fd)) return Status::OK();
  if (::unlinkat(folder->get(), name.c_str(), 0) == 0 || errno == ENOENT) return Status::OK();
  return ErrnoError(errno, "delete", path);
}

}  // namespace pqpack
