// SPDX-License-Identifier: Apache-2.0
#include "catalog/visible_objects.h"

#include <utility>

#include "catalog/partition_path.h"
#include "catalog/table_format.h"

namespace pqpack {

Result<std::vector<ObjectInfo>> ListVisible(ObjectStore& store, const Uri& folder) {
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
      if (!IsHidden(path) && !IsFolderMarker(object)) objects.push_back(std::move(object));
    }
  }
}

bool IsFolderMarker(const ObjectInfo& object) {
  return object.size == 0 &&
         (object.uri.key.ends_with('/') || object.uri.key.ends_with("_$folder$"));
}

}  // namespace pqpack
