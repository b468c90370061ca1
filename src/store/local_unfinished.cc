// SPDX-License-Identifier: Apache-2.0
#include "store/local_unfinished.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "store/local_folder.h"
#include "store/local_lock.h"
#include "store/local_names.h"

namespace pqpack {
namespace {

namespace fs = std::filesystem;

Status AddIfLeft(const std::string& path, std::vector<UnfinishedWrite>* found) {
  Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!fd) return errno == ENOENT ? Status::OK() : ErrnoError(errno, "open", path);
  struct stat stat{};
  if (::fstat(fd.get(), &stat) != 0) return ErrnoError(errno, "look at", path);
  if (!S_ISREG(stat.st_mode) || IsTaken(fd)) return Status::OK();
  const std::string meant = FinalName(NameOf(path));
  Uri uri{Scheme::kLocal, {}, path};
  if (!meant.empty()) uri.key = (fs::path(FolderOf(path)) / meant).string();
  const TimePoint started = LocalInfo(uri, stat).modified;
  found->push_back({std::move(uri), path, started});
  return Status::OK();
}

}  // namespace

Result<std::vector<UnfinishedWrite>> UnfinishedLocal(const Uri& folder) {
  PQ_RETURN_NOT_OK(CheckLocal(folder));
  std::vector<UnfinishedWrite> found;
  std::error_code error;
  fs::recursive_directory_iterator entry(folder.key, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    if (!IsTemporaryName(entry->path().filename().string())) continue;
    PQ_RETURN_NOT_OK(AddIfLeft(entry->path().string(), &found));
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    return ErrnoError(error.value(), "list", folder.key);
  }
  return found;
}

Status AbandonLocal(const UnfinishedWrite& write) {
  auto folder = OpenFolder(FolderOf(write.id));
  if (!folder.ok()) {
    return CodeOf(folder.status()) == ErrorCode::kNotFound ? Status::OK() : folder.status();
  }
  const std::string name = NameOf(write.id);
  if (!IsTemporaryName(name)) {
    return Error(ErrorCode::kInvalid, write.id + ": not the name of an unfinished write");
  }
  Fd fd(::openat(folder->get(), name.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!fd) return errno == ENOENT ? Status::OK() : ErrnoError(errno, "open", write.id);
  PQ_ASSIGN(const bool locked, TryLock(fd, write.id));
  if (!locked) {
    return Error(ErrorCode::kAlreadyExists, write.id + ": another run is writing this file",
                 "Wait for it to end, then run again.");
  }
  if (!IsStill(*folder, name, fd)) return Status::OK();
  if (::unlinkat(folder->get(), name.c_str(), 0) != 0 && errno != ENOENT) {
    return ErrnoError(errno, "delete", write.id);
  }
  return Status::OK();
}

}  // namespace pqpack
