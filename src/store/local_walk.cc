// SPDX-License-Identifier: Apache-2.0
//
// S3 orders keys by their bytes: a-b < a/b < a0.  A walk gives the same order if
// the entries of each folder are sorted with '/' at the end of folders' names.
// In memory are the names of one folder per depth.
#include "store/local_walk.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <memory>
#include <utility>

#include "store/local_file.h"
#include "store/local_names.h"

namespace pqpack {
namespace {

struct DirCloser {
  void operator()(DIR* dir) const { ::closedir(dir); }
};
using Dir = std::unique_ptr<DIR, DirCloser>;

// What the entry is, links followed.
enum class Kind { kFolder, kFile, kOther };

Kind KindOf(const Dir& dir, const dirent& entry) {
  switch (entry.d_type) {
    case DT_REG:
      return Kind::kFile;
    case DT_DIR:
      return Kind::kFolder;
    case DT_LNK:
    case DT_UNKNOWN:
      break;
    default:
      return Kind::kOther;
  }
  struct stat stat{};
  if (::fstatat(::dirfd(dir.get()), entry.d_name, &stat, 0) != 0) return Kind::kFile;
  if (S_ISDIR(stat.st_mode)) return Kind::kFolder;
  return S_ISREG(stat.st_mode) ? Kind::kFile : Kind::kOther;
}

}  // namespace

Result<LocalWalk> LocalWalk::Begin(std::string folder, Names names) {
  LocalWalk walk(names);
  PQ_RETURN_NOT_OK(walk.Enter(std::move(folder)));
  return walk;
}

Status LocalWalk::Enter(std::string path) {
  const Dir dir(::opendir(path.c_str()));
  if (dir == nullptr) return ErrnoError(errno, "list", path);
  struct stat stat{};
  if (::fstat(::dirfd(dir.get()), &stat) != 0) return ErrnoError(errno, "list", path);
  for (const Level& level : levels_) {
    if (level.device == stat.st_dev && level.inode == stat.st_ino) return Status::OK();
  }
  Level level{std::move(path), stat.st_dev, stat.st_ino, {}};
  while (true) {
    errno = 0;
    const dirent* entry = ::readdir(dir.get());
    if (entry == nullptr) break;
    std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    const Kind kind = KindOf(dir, *entry);
    if (kind == Kind::kOther) continue;
    if (kind == Kind::kFolder) {
      name += '/';
    } else if (IsTemporaryName(name) != (names_ == Names::kTemporary)) {
      continue;
    }
    level.left.push_back(std::move(name));
  }
  if (errno != 0) return ErrnoError(errno, "list", level.path);
  std::sort(level.left.begin(), level.left.end(), std::greater<>());
  levels_.push_back(std::move(level));
  return Status::OK();
}

Result<std::optional<std::string>> LocalWalk::Next() {
  while (!levels_.empty()) {
    Level& level = levels_.back();
    if (level.left.empty()) {
      levels_.pop_back();
      continue;
    }
    std::string path = level.path + level.left.back();
    level.left.pop_back();
    if (!path.ends_with('/')) return path;
    const Status entered = Enter(std::move(path));
    if (!entered.ok() && CodeOf(entered) != ErrorCode::kNotFound) return entered;
  }
  return std::nullopt;
}

}  // namespace pqpack
