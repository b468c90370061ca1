// SPDX-License-Identifier: Apache-2.0
#include "store/local_listing.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "store/local_file.h"
#include "store/local_lock.h"
#include "store/local_names.h"
#include "store/local_walk.h"

namespace pqpack {
namespace {

constexpr size_t kPage = 1000;

// What there is under a path that was walked over; nothing if it is gone or no file.
Result<std::optional<ObjectInfo>> Look(std::string path) {
  Uri uri{Scheme::kLocal, {}, std::move(path)};
  struct stat stat{};
  if (::stat(uri.key.c_str(), &stat) == 0) {
    if (!S_ISREG(stat.st_mode)) return std::nullopt;
    return LocalInfo(std::move(uri), stat);
  }
  const int error = errno;
  if (::lstat(uri.key.c_str(), &stat) != 0 && errno == ENOENT) return std::nullopt;
  if (error != ENOENT && error != ELOOP) return ErrnoError(error, "look at", uri.key);
  // Of a byte, so that it is not taken for an empty file: to read it says what is wrong.
  return ObjectInfo{std::move(uri), "link-to-nowhere", 1, {}};
}

class LocalListing : public Listing {
 public:
  explicit LocalListing(LocalWalk walk) : walk_(std::move(walk)) {}

  Result<std::vector<ObjectInfo>> Next() override {
    std::vector<ObjectInfo> page;
    while (page.size() < kPage) {
      PQ_ASSIGN(auto path, walk_.Next());
      if (!path) break;
      PQ_ASSIGN(auto object, Look(std::move(*path)));
      if (object) page.push_back(std::move(*object));
    }
    return page;
  }

 private:
  LocalWalk walk_;
};

// The name that a temporary file is for.  Of a hash only names that are there can be found;
// a leftover whose name is free is cleared away by the next writer of that name.
std::string NameMeant(const Uri& temporary) {
  std::string name = FinalName(temporary.Name());
  if (!name.empty()) return name;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(temporary.Folder().key, error), end;
       !error && entry != end; entry.increment(error)) {
    std::string there = entry->path().filename().string();
    if (TemporaryName(there) == temporary.Name()) return there;
  }
  return std::string(temporary.Name());
}

// Nothing if a live writer has it, if it is gone, or no file but a link.
Result<std::optional<UnfinishedWrite>> LookAtTemporary(const std::string& path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!fd && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP)) return std::nullopt;
  if (!fd) return ErrnoError(errno, "open", path);
  struct stat stat{};
  if (::fstat(fd.get(), &stat) != 0) return ErrnoError(errno, "look at", path);
  if (!S_ISREG(stat.st_mode) || IsTaken(fd)) return std::nullopt;
  const Uri temporary{Scheme::kLocal, {}, path};
  Uri uri = temporary.Folder().Child(NameMeant(temporary));
  const TimePoint started = LocalInfo(uri, stat).modified;
  return UnfinishedWrite{std::move(uri), path, started};
}

}  // namespace

Result<std::unique_ptr<Listing>> ListLocal(const Uri& folder) {
  PQ_RETURN_NOT_OK(CheckLocal(folder));
  PQ_ASSIGN(auto walk, LocalWalk::Begin(folder.AsFolder().key, LocalWalk::Names::kObjects));
  return std::make_unique<LocalListing>(std::move(walk));
}

Result<std::vector<UnfinishedWrite>> UnfinishedLocal(const Uri& place) {
  PQ_RETURN_NOT_OK(CheckLocal(place));
  std::vector<UnfinishedWrite> found;
  if (!place.Name().empty()) {
    PQ_ASSIGN(auto write, LookAtTemporary(place.Folder().Child(TemporaryName(place.Name())).key));
    if (write) found.push_back({place, std::move(write->id), write->started});
  }
  auto walk = LocalWalk::Begin(place.AsFolder().key, LocalWalk::Names::kTemporary);
  if (!walk.ok() && CodeOf(walk.status()) == ErrorCode::kNotFound) return found;
  PQ_RETURN_NOT_OK(walk.status());
  while (true) {
    PQ_ASSIGN(const auto path, walk->Next());
    if (!path) return found;
    PQ_ASSIGN(auto write, LookAtTemporary(*path));
    if (write) found.push_back(std::move(*write));
  }
}

}  // namespace pqpack
