// SPDX-License-Identifier: Apache-2.0
//
// Trees that are not what they seem: tables whose format keeps a record of its files.
// Merging files behind its back loses or doubles rows, so such a tree is refused, and so
// is any folder inside one, by what the formats leave in the names of objects.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "base/status.h"
#include "store/object_store.h"

namespace pqpack {

// Sees the names of a tree as they are listed, hidden ones too.  kConfig at the first one
// that tells of
//   Iceberg    metadata/*.metadata.json
//   Delta      _delta_log/, _symlink_format_manifest/
//   Hudi       .hoodie/, .hoodie_partition_metadata
//   Paimon     schema/schema-N beside snapshot/snapshot-N
//   Hive ACID  folders base_N, delta_N_N, delete_delta_N_N
// with the format's name, the object, and what compacts such a table.  At any depth: a
// folder above such tables is no table.
class TableFormatWatch {
 public:
  explicit TableFormatWatch(Uri folder) : folder_(std::move(folder)) {}

  // `path` is relative to the folder.
  Status See(std::string_view path);

 private:
  const Uri folder_;
  std::set<std::string, std::less<>> schemas_;  // folders that hold schema/schema-N
};

// Looks at a folder and at every one above it for the same marks, and at their names: a
// few listings each, none of which reads a table's data files.  A local folder is looked
// at where its links lead, too.  kConfig; kDenied where a folder can't be looked into.
Status CheckTableFormat(ObjectStore& store, const Uri& folder);

}  // namespace pqpack
