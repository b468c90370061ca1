// SPDX-License-Identifier: Apache-2.0
#include "catalog/visible_objects.h"

#include <utility>

#include "catalog/partition_path.h"
#include "catalog/table_format.h"

namespace pqpack {

Result<std::vector<ObjectInfo>> ListVisible(ObjectStore& store, const Uri& folder, bool is_table) {
  const Uri place = folder.AsFolder();
  PQ_ASSIGN(const auto listing, store.List(place));
  TableFormatWatch watch(place);
  std::vector<ObjectInfo> objects;
  while (true) {
    PQ_ASSIGN(auto page, listing->Next());
    if (page.empty()) return objects;
    for (ObjectInfo& object : page) {
      const std::string path = object.uri.key.substr(place.key.size());
      PQ_RETURN_NOT_OK(watch.See(path));
      PQ_RETURN_NOT_OK(CheckNoRunBelow(place, path, is_table));
      if (!IsHidden(path) && !IsFolderMarker(object)) objects.push_back(std::move(object));
    }
  }
}

Status CheckNoRunBelow(const Uri& folder, std::string_view path, bool is_table) {
  constexpr std::string_view kRuns = "_pqpack/";
  const size_t at = path.find(kRuns);
  if (at == std::string_view::npos || (at == 0 && is_table)) return Status::OK();
  if (at > 0 && path[at - 1] != '/') return Status::OK();
  const std::string_view name = path.substr(at + kRuns.size());
  if (name != "lock" && !name.ends_with("/journal.json")) return Status::OK();
  const std::string part = folder.Child(path.substr(0, at)).ToString();
  return Error(ErrorCode::kAlreadyExists,
               part + ": a compaction of this part of the table is at work, or has died",
               "Wait for its end, or run pqpack recover " + part + ".");
}

bool IsFolderMarker(const ObjectInfo& object) {
  return object.size == 0 &&
         (object.uri.key.ends_with('/') || object.uri.key.ends_with("_$folder$"));
}

}  // namespace pqpack
