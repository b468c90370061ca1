// SPDX-License-Identifier: Apache-2.0
#include "store/local_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <thread>

namespace pqpack {
namespace {

// "/a/" is "/a".
std::string WithoutSlash(std::string_view path) {
  if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return std::string(path);
}

// `path`, or the first folder on its way, that is none.
std::string FirstNoFolder(const std::string& path) {
  for (size_t slash = path.find('/', 1); slash != std::string::npos;
       slash = path.find('/', slash + 1)) {
    const std::string above = path.substr(0, slash);
    struct stat stat{};
    if (::stat(above.c_str(), &stat) == 0 && !S_ISDIR(stat.st_mode)) return above;
  }
  return path;
}

// Where something else than a folder is in the way.
Status InTheWay(int error, const std::string& path) {
  if (error != ENOTDIR && error != EEXIST) return ErrnoError(error, "make the folder", path);
  const std::string in_the_way = FirstNoFolder(path);
  const bool is_above = in_the_way != path;
  return Error(ErrorCode::kInvalid,
               "cannot make the folder " + path + ": " +
                   (is_above ? in_the_way + " is a file" : "a file has this name"),
               "Remove that file or choose another place.");
}

// False: errno says why not.  A folder that somebody has removed is made a second time.
bool MakeOne(const std::string& path, std::vector<std::string>* made) {
  if (::mkdir(path.c_str(), 0777) != 0) return false;
  if (std::find(made->begin(), made->end(), path) == made->end()) made->push_back(path);
  return true;
}

Status Make(const std::string& path, std::vector<std::string>* made) {
  if (MakeOne(path, made) || errno == EEXIST) return Status::OK();
  if (errno != ENOENT || path == "/") return InTheWay(errno, path);
  PQ_RETURN_NOT_OK(Make(WithoutSlash(FolderPart(path)), made));
  MakeOne(path, made);
  // Else somebody was faster, or removed its parent again: opening it will tell.
  return Status::OK();
}

}  // namespace

Result<Fd> OpenFolder(std::string_view folder) {
  const std::string path = WithoutSlash(folder);
  Fd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return ErrnoError(errno, "open the folder", path);
  return fd;
}

Result<Fd> MakeFolder(std::string_view folder, std::vector<std::string>* made) {
  const std::string path = WithoutSlash(folder);
  // Another writer that fails may remove the folders that it made while we use them.
  constexpr int kAttempts = 100;
  int error = 0;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    Fd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (fd) return fd;
    error = errno;
    if (error != ENOENT) break;
    PQ_RETURN_NOT_OK(Make(path, made));
  }
  return InTheWay(error, path);
}

void RemoveFolders(std::vector<std::string> made) {
  std::sort(made.begin(), made.end(), [](const std::string& a, const std::string& b) {
    return a.size() > b.size();  // what lies inside a folder has a longer path
  });
  for (const auto& path : made) ::rmdir(path.c_str());
}

namespace {

// False: somebody else has it.
bool TryLock(const Fd& folder) {
  while (::flock(folder.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return false;
    if (errno != EINTR) return true;  // no locks here
  }
  return true;
}

// "process 123 (name)", by proc_locks(5): "1: FLOCK ADVISORY WRITE 123 fe:00:5366067 0 EOF".
std::string Holder(const Fd& folder) {
  struct stat stat{};
  if (::fstat(folder.get(), &stat) != 0) return "another process";
  const std::string place =
      fmt::format("{:02x}:{:02x}:{}", major(stat.st_dev), minor(stat.st_dev), stat.st_ino);
  std::ifstream locks("/proc/locks");
  for (std::string line; std::getline(locks, line);) {
    std::istringstream words(line);
    std::array<std::string, 6> word;
    for (std::string& one : word) words >> one;
    if (word[1] != "FLOCK" || word[5] != place) continue;
    std::string name;
    std::getline(std::ifstream("/proc/" + word[4] + "/comm") >> std::ws, name);
    return "process " + word[4] + (name.empty() ? "" : " (" + name + ")");
  }
  return "another process";
}

}  // namespace

Result<FolderLock> FolderLock::Take(const Fd& folder, const std::string& path,
                                    const LockWait& wait) {
  using Clock = std::chrono::steady_clock;
  const auto begun = Clock::now();
  auto pause = std::chrono::milliseconds(1);
  while (!TryLock(folder)) {
    const auto waited = Clock::now() - begun;
    const bool stopped = wait.stop.stop_requested();
    if (stopped && waited >= wait.most_stopped) {
      return Error(ErrorCode::kCancelled, "stopped while waiting to change " + path);
    }
    if (waited >= wait.most) {
      return Error(
          ErrorCode::kAlreadyExists,
          fmt::format("{}: {} has locked its folder, and does not go on", path, Holder(folder)),
          "End that process, or let it go on, then run again.");
    }
    std::this_thread::sleep_for(pause);
    pause = std::min(2 * pause, std::chrono::milliseconds(16));
  }
  return FolderLock(&folder);
}

FolderLock::~FolderLock() {
  if (folder_ != nullptr) ::flock(folder_->get(), LOCK_UN);
}

}  // namespace pqpack
