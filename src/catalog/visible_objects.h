// SPDX-License-Identifier: Apache-2.0
//
// What readers see in a partition's folder.
#pragma once

#include <string_view>
#include <vector>

#include "store/object_store.h"

namespace pqpack {

// Every object below `folder` in key order, but hidden ones (partition_path.h) and folders'
// empty markers.  kConfig where names tell of a format that keeps a record of its files
// (table_format.h); kAlreadyExists: see CheckNoRunBelow().  `is_table`: the folder is a whole
// table, whose own runs are at its top.
Result<std::vector<ObjectInfo>> ListVisible(ObjectStore& store, const Uri& folder, bool is_table);

// kAlreadyExists where the name `path` below `folder` is that of a lock or a journal of a
// compaction (docs/runs.md) of a part of it.  Two that publish in the same files would double their
// rows.
Status CheckNoRunBelow(const Uri& folder, std::string_view path, bool is_table);

// What Hadoop and consoles leave to make a folder seen.
bool IsFolderMarker(const ObjectInfo& object);

}  // namespace pqpack
