// SPDX-License-Identifier: Apache-2.0
#include "scan/place_guard.h"

#include <algorithm>
#include <string_view>

namespace pqpack {
namespace {

namespace fs = std::filesystem;

// Links of the part that exists followed, the rest as it is written.
fs::path Resolved(const std::string& path) {
  std::error_code error;
  fs::path resolved = fs::weakly_canonical(path, error);
  if (error) resolved = path;
  return resolved.has_filename() ? resolved : resolved.parent_path();
}

bool IsBelow(const fs::path& folder, const fs::path& path) {
  return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first ==
         folder.end();
}

// `a//b` and `a/./b` are keys of their own and one file.
Status CheckName(std::string_view name) {
  const auto is_own = [](std::string_view component) {
    return !component.empty() && component != "." && component != "..";
  };
  bool good = name.find('\0') == name.npos;
  for (size_t begin = 0; good && begin <= name.size();) {
    const size_t end = std::min(name.find('/', begin), name.size());
    good = is_own(name.substr(begin, end - begin));
    begin = end + 1;
  }
  if (good) return Status::OK();
  return Error(ErrorCode::kInvalid,
               "its name has an empty part, '.', '..' or a NUL in it, which no local file has",
               "Repack it to S3, or copy the object to another name first.");
}

}  // namespace

PlaceGuard::PlaceGuard(const Uri& source, const Uri& destination)
    : root_(destination.AsFolder()), source_is_local_(source.scheme == Scheme::kLocal) {
  if (root_.scheme == Scheme::kLocal) destination_ = Resolved(root_.key);
}

Status PlaceGuard::Check(const Uri& source, const Uri& output) {
  if (root_.scheme != Scheme::kLocal) return Status::OK();
  PQ_RETURN_NOT_OK(CheckName(std::string_view(output.key).substr(root_.key.size())));
  const auto once = [](Folder& last, const Uri& uri, const auto& check) {
    if (std::string path = uri.Folder().key; path != last.path) last = {path, check(path)};
    return last.status;
  };
  if (source_is_local_) {
    PQ_RETURN_NOT_OK(
        once(source_folder_, source, [this](const auto& path) { return CheckSource(path); }));
  }
  return once(output_folder_, output, [this](const auto& path) { return CheckOutput(path); });
}

Status PlaceGuard::CheckSource(const std::string& folder) const {
  if (!IsBelow(destination_, Resolved(folder))) return Status::OK();
  return Error(ErrorCode::kInvalid,
               "its folder " + folder + " leads into the destination by a symbolic link",
               "Remove the link: what lies there is an output.");
}

Status PlaceGuard::CheckOutput(const std::string& folder) const {
  const fs::path place = Resolved(folder);
  if (IsBelow(destination_, place)) return Status::OK();
  return Error(ErrorCode::kInvalid,
               "the folder of its output, " + folder +
                   ", leads out of the destination by a symbolic link, to " + place.string(),
               "Put a folder in place of the link: the sources may lie where it leads.");
}

}  // namespace pqpack
