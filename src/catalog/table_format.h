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

struct TableFormat {
  std::string_view name;
  std::string_view why;
  std::string_view action;
};

inline constexpr TableFormat kIceberg{"an Iceberg table", "its metadata names each of its files",
                                      "Compact it with Iceberg's rewrite_data_files."};
inline constexpr TableFormat kDelta{"a Delta table", "its log names each of its files",
                                    "Compact it with Delta's OPTIMIZE."};
inline constexpr TableFormat kHudi{"a Hudi table", "its timeline names each of its files",
                                   "Compact it with Hudi's clustering."};
inline constexpr TableFormat kPaimon{"a Paimon table", "its snapshots name each of its files",
                                     "Compact it with Paimon's compact procedure."};
inline constexpr TableFormat kAcid{"a transactional table of Hive",
                                   "which rows count is told by the names of its folders",
                                   "Compact it with Hive's ALTER TABLE ... COMPACT."};

// kConfig: `what` ("lake.sales is") a table of this format, as `mark` tells.
Status RefuseFormat(const TableFormat& format, std::string_view what, std::string_view mark);

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
