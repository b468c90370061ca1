// SPDX-License-Identifier: Apache-2.0
#include "store/local_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace pqpack {
namespace {

struct Meaning {
  ErrorCode code;
  std::string_view action;
};

Meaning MeaningOf(int error) {
  switch (error) {
    case ENOENT:
      return {ErrorCode::kNotFound, "Check the path."};
    case ENOTDIR:
      return {ErrorCode::kNotFound, "A part of the path is a file, not a folder; check the path."};
    case EACCES:
    case EPERM:
      return {ErrorCode::kDenied, "Check owner and mode of the path and of its folders."};
    case EROFS:
      return {ErrorCode::kDenied, "The file system is read-only; choose another place."};
    case ENOSPC:
      return {ErrorCode::kNoSpace, "Free space on this file system, then run again."};
    case EDQUOT:
      return {ErrorCode::kNoSpace, "The disk quota is used up; free space, then run again."};
    case EMFILE:
      return {ErrorCode::kNoSpace, "Raise the limit of open files (ulimit -n) or lower --workers."};
    case ENFILE:
      return {ErrorCode::kNoSpace, "Raise the system's limit of open files (sysctl fs.file-max)."};
    case EFBIG:
      return {ErrorCode::kNoSpace, "Raise the limit of file sizes (ulimit -f) or write elsewhere."};
    case ENOMEM:
      return {ErrorCode::kTooLarge, "The system is out of memory; lower --memory-limit."};
    case ENAMETOOLONG:
      return {ErrorCode::kInvalid, "A file name is longer than the file system allows; rename it."};
    case ELOOP:
      return {ErrorCode::kInvalid, "Symbolic links of this path form a loop; remove one."};
    case EISDIR:
      return {ErrorCode::kInvalid, "A folder has this name; remove it or choose another place."};
    default:
      return {ErrorCode::kTransient, "Check the disk and the system's log, then run again."};
  }
}

}  // namespace

void Fd::Close() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

Status ErrnoError(int error, std::string_view doing, const std::string& path) {
  const Meaning meaning = MeaningOf(error);
  return Error(meaning.code,
               fmt::format("cannot {} {}: {}", doing, path, std::generic_category().message(error)),
               std::string(meaning.action));
}

std::string LocalEtag(const struct stat& stat) {
  return fmt::format("{:x}-{:x}.{:09}-{:x}", stat.st_size, stat.st_mtim.tv_sec,
                     stat.st_mtim.tv_nsec, stat.st_ino);
}

ObjectInfo LocalInfo(Uri uri, const struct stat& stat) {
  const auto modified =
      std::chrono::seconds(stat.st_mtim.tv_sec) + std::chrono::nanoseconds(stat.st_mtim.tv_nsec);
  return {std::move(uri), LocalEtag(stat), stat.st_size, TimePoint(modified)};
}

Status CheckLocal(const Uri& uri) {
  if (uri.scheme == Scheme::kLocal && uri.key.starts_with('/')) return Status::OK();
  return Error(ErrorCode::kInvalid, uri.ToString() + ": not a local path");
}

Status CheckVersion(const Fd& fd, const ObjectId& id, struct stat* stat) {
  struct stat now{};
  if (::fstat(fd.get(), &now) != 0) return ErrnoError(errno, "look at", id.uri.key);
  if (!S_ISREG(now.st_mode)) {
    return Error(ErrorCode::kNotFound, id.uri.key + ": not a regular file", "Check the path.");
  }
  if (LocalEtag(now) != id.etag) {
    return Error(ErrorCode::kSourceChanged, id.uri.key + ": the file changed since it was listed",
                 "Run again when nothing writes to it.");
  }
  if (stat != nullptr) *stat = now;
  return Status::OK();
}

Result<Fd> OpenVersion(const ObjectId& id, struct stat* stat) {
  PQ_RETURN_NOT_OK(CheckLocal(id.uri));
  // O_NONBLOCK: a name that has become a FIFO must not hang us.
  Fd fd(::open(id.uri.key.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) return ErrnoError(errno, "open", id.uri.key);
  PQ_RETURN_NOT_OK(CheckVersion(fd, id, stat));
  return fd;
}

Status EndsEarly(const ObjectId& id) {
  return Error(ErrorCode::kSourceChanged, id.uri.key + ": the file ends early",
               "Run again when nothing writes to it.");
}

Result<int64_t> ReadFully(const Fd& fd, const std::string& path, ByteRange range, uint8_t* out) {
  int64_t done = 0;
  while (done < range.length) {
    const ssize_t n = ::pread(fd.get(), out + done, static_cast<size_t>(range.length - done),
                              range.offset + done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return ErrnoError(errno, "read", path);
    if (n == 0) break;
    done += n;
  }
  return done;
}

}  // namespace pqpack
