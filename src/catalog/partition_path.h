// SPDX-License-Identifier: Apache-2.0
//
// Folders of partitions as Hive names them: `key=value`, one below the other, with
// %XX for characters that paths or Hive itself take for something else.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/uri.h"

namespace pqpack {

// What Hive, Spark and Athena name the folder of NULL.
constexpr std::string_view kNullPartition = "__HIVE_DEFAULT_PARTITION__";

// %XX becomes the byte XX; a '%' that two hex digits do not follow stays, and so does
// '+'.  Hive escapes ASCII only (control characters and "#%'*/:=?\{[]^ and DEL); bytes
// above it are read as the UTF-8 that PyArrow and DuckDB write.
std::string UnescapePathName(std::string_view name);

// The inverse, as Hive does it.
std::string EscapePathName(std::string_view name);

struct PartitionFolder {
  std::string key;
  std::optional<std::string> value;  // nullopt: NULL
};

// A folder's name without slashes; nullopt where it is not `key=value` with a key.
// The value may be empty.
std::optional<PartitionFolder> ParsePartitionFolder(std::string_view name);

// The folder above all `key=value` ones at the end of a location; where there are none, itself.
Uri AboveKeys(Uri location);

// Splits an object's path below its table into the leading `key=value` folders and the rest.
struct PartitionedPath {
  std::string_view folder;  // "year=2023/month=01/", or empty
  std::vector<PartitionFolder> keys;
  std::string_view rest;  // the name, behind folders of other kinds
};
PartitionedPath SplitPartitionedPath(std::string_view path);

// True where a folder or the name of this relative path begins with '_' or '.': query
// engines pass over it.
bool IsHidden(std::string_view path);

}  // namespace pqpack
