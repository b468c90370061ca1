// SPDX-License-Identifier: Apache-2.0
//
// What readers see in a partition's folder.
#pragma once

#include <vector>

#include "store/object_store.h"

namespace pqpack {

// Every object below `folder` in key order, but hidden ones (partition_path.h) and folders'
// empty markers.  kConfig where names tell of a format that keeps a record of its files
// (table_format.h).
Result<std::vector<ObjectInfo>> ListVisible(ObjectStore& store, const Uri& folder);

// What Hadoop and consoles leave to make a folder seen.
bool IsFolderMarker(const ObjectInfo& object);

}  // namespace pqpack
