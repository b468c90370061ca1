// SPDX-License-Identifier: Apache-2.0
#include "scan/link_guard.h"

#include <algorithm>

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

}  // namespace

LinkGuard::LinkGuard(const Uri& source, const Uri& destination)
    : local_(source.scheme == Scheme::kLocal && destination.scheme == Scheme::kLocal) {
  if (local_) destination_ = Resolved(destination.key);
}

Status LinkGuard::Check(const Uri& source, const Uri& output) {
  if (!local_) return Status::OK();
  const auto once = [](Folder& last, const Uri& uri, const auto& check) {
    if (std::string path = uri.Folder().key; path != last.path) last = {path, check(path)};
    return last.status;
  };
  PQ_RETURN_NOT_OK(
      once(source_folder_, source, [this](const auto& path) { return CheckSource(path); }));
  return once(output_folder_, output, [this](const auto& path) { return CheckOutput(path); });
}

Status LinkGuard::CheckSource(const std::string& folder) const {
  if (!IsBelow(destination_, Resolved(folder))) return Status::OK();
  return Error(ErrorCode::kInvalid,
               "its folder " + folder + " leads into the destination by a symbolic link",
               "Remove the link: what lies there is an output.");
}

Status LinkGuard::CheckOutput(const std::string& folder) const {
  const fs::path place = Resolved(folder);
  if (IsBelow(destination_, place)) return Status::OK();
  return Error(ErrorCode::kInvalid,
               "the folder of its output, " + folder +
                   ", leads out of the destination by a symbolic link, to " + place.string(),
               "Put a folder in place of the link: the sources may lie where it leads.");
}

}  // namespace pqpack
