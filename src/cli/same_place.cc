// SPDX-License-Identifier: Apache-2.0
//
// Two steps for local paths.  By name: the part of each path that exists is
// resolved, then one is held against the other as folders.  By identity: the
// (device, inode) of each folder above one path is looked for in the other,
// which sees bind mounts and file systems that ignore case.
#include "cli/same_place.h"

#include <sys/stat.h>

#include <filesystem>
#include <optional>
#include <utility>

#include "cli/human.h"

namespace pqpack::cli {
namespace {

namespace fs = std::filesystem;

using Identity = std::pair<dev_t, ino_t>;

std::optional<Identity> IdentityOf(const fs::path& path) {
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0) return std::nullopt;
  return Identity(info.st_dev, info.st_ino);
}

// Symbolic links of the existing part followed, the rest as it is written.
fs::path Resolve(const Uri& uri) {
  std::error_code error;
  fs::path path = fs::weakly_canonical(uri.key, error);
  if (error) path = uri.key;
  // "/a/" and "/a" are one folder.
  return path.has_filename() || path == path.root_path() ? path : path.parent_path();
}

bool LiesWithin(const fs::path& outer, const fs::path& inner) {
  const auto place = IdentityOf(outer);
  for (fs::path at = inner;; at = at.parent_path()) {
    if (at == outer || (place && IdentityOf(at) == place)) return true;
    if (at == at.parent_path()) return false;
  }
}

Status Refuse(const NamedPlace& source, const NamedPlace& destination, std::string_view how) {
  return Error(ErrorCode::kInvalid,
               std::string(destination.flag) + " " + OneLine(destination.uri.ToString()) + " " +
                   std::string(how) + " " + std::string(source.flag) + " " +
                   OneLine(source.uri.ToString()),
               "Choose a destination beside the source.");
}

}  // namespace

Status CheckApart(const NamedPlace& source, const NamedPlace& destination) {
  if (source.uri.scheme != destination.uri.scheme) return Status::OK();
  bool inside = false;
  bool above = false;
  if (source.uri.scheme == Scheme::kLocal) {
    const fs::path from = Resolve(source.uri);
    const fs::path to = Resolve(destination.uri);
    inside = LiesWithin(from, to);
    above = LiesWithin(to, from);
  } else {
    inside = Contains(source.uri, destination.uri);
    above = Contains(destination.uri, source.uri);
  }
  if (inside && above) return Refuse(source, destination, "is the same place as");
  if (inside) return Refuse(source, destination, "lies inside");
  if (above) return Refuse(source, destination, "contains");
  return Status::OK();
}

}  // namespace pqpack::cli
