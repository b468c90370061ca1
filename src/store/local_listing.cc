// SPDX-License-Identifier: Apache-2.0
//
// S3 orders keys by their bytes: a-b < a/b < a0.  A walk gives the same order if
// the entries of each folder are sorted with '/' at the end of folders' names.
// In memory are the names of one folder per depth, and one page.
#include "store/local_listing.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "store/local_file.h"
#include "store/local_names.h"

namespace pqpack {
namespace {

constexpr size_t kPage = 1000;

struct DirCloser {
  void operator()(DIR* dir) const { ::closedir(dir); }
};
using Dir = std::unique_ptr<DIR, DirCloser>;

// A folder on the way from the root to where the walk is.
struct Level {
  std::string path;  // with '/' at its end
  dev_t device = 0;
  ino_t inode = 0;
  std::vector<std::string> names;  // sorted backwards, the next one last; folders end in '/'
};

// What the folder entry is, links followed: a folder, something to list, or neither.
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

Status ReadNames(const Dir& dir, Level* level) {
  while (true) {
    errno = 0;
    const dirent* entry = ::readdir(dir.get());
    if (entry == nullptr) break;
    std::string name = entry->d_name;
    if (name == "." || name == ".." || IsTemporaryName(name)) continue;
    const Kind kind = KindOf(dir, *entry);
    if (kind == Kind::kOther) continue;
    if (kind == Kind::kFolder) name += '/';
    level->names.push_back(std::move(name));
  }
  if (errno != 0) return ErrnoError(errno, "list", level->path);
  std::sort(level->names.begin(), level->names.end(), std::greater<>());
  return Status::OK();
}

class LocalListing : public Listing {
 public:
  // Enters a folder, unless it is one that the walk is in already.
  Status Enter(std::string path) {
    Dir dir(::opendir(path.c_str()));
    if (dir == nullptr) return ErrnoError(errno, "list", path);
    struct stat stat{};
    if (::fstat(::dirfd(dir.get()), &stat) != 0) return ErrnoError(errno, "list", path);
    for (const Level& level : levels_) {
      if (level.device == stat.st_dev && level.inode == stat.st_ino) return Status::OK();
    }
    Level level{std::move(path), stat.st_dev, stat.st_ino, {}};
    PQ_RETURN_NOT_OK(ReadNames(dir, &level));
    levels_.push_back(std::move(level));
    return Status::OK();
  }

  Result<std::vector<ObjectInfo>> Next() override {
    std::vector<ObjectInfo> page;
    while (!levels_.empty() && page.size() < kPage) {
      Level& level = levels_.back();
      if (level.names.empty()) {
        levels_.pop_back();
        continue;
      }
      std::string path = level.path + level.names.back();
      level.names.pop_back();
      if (path.ends_with('/')) {
        Status entered = Enter(std::move(path));
        // Deleted since its name was read.
        if (!entered.ok() && CodeOf(entered) != ErrorCode::kNotFound) return entered;
      } else {
        PQ_RETURN_NOT_OK(AddFile(std::move(path), &page));
      }
    }
    return page;
  }

 private:
  static Status AddFile(std::string path, std::vector<ObjectInfo>* page) {
    struct stat stat{};
    if (::stat(path.c_str(), &stat) == 0) {
      if (S_ISREG(stat.st_mode)) page->push_back(LocalInfo({Scheme::kLocal, {}, path}, stat));
      return Status::OK();
    }
    const int error = errno;
    struct stat link{};
    if (::lstat(path.c_str(), &link) != 0) {
      return errno == ENOENT ? Status::OK() : ErrnoError(errno, "look at", path);
    }
    if (error != ENOENT && error != ELOOP) return ErrnoError(error, "look at", path);
    page->push_back(ObjectInfo{{Scheme::kLocal, {}, std::move(path)}, "link-to-nowhere", 0, {}});
    return Status::OK();
  }

  std::vector<Level> levels_;
};

}  // namespace

Result<std::unique_ptr<Listing>> ListLocal(const Uri& folder) {
  PQ_RETURN_NOT_OK(CheckLocal(folder));
  auto listing = std::make_unique<LocalListing>();
  PQ_RETURN_NOT_OK(listing->Enter(folder.AsFolder().key));
  return listing;
}

}  // namespace pqpack
