// SPDX-License-Identifier: Apache-2.0
//
// Who says what belongs to a table: a folder tree (hive_directory.h), or a catalog.
// What a compaction asks of it is the table and those of its partitions that a
// predicate selects, as plain values.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "store/object_store.h"

namespace pqpack {

class Predicate;

struct Column {
  std::string name;
  std::string type;  // as Hive writes it: "bigint", "decimal(10,2)", "struct<a:int>"

  bool operator==(const Column&) const = default;
};

struct CatalogTable {
  std::string name;             // for messages: "database.table", or the location
  Uri location;                 // a folder, ends in '/'
  std::vector<Column> columns;  // of the data; empty: only the files know
  std::vector<Column> partition_keys;
  std::map<std::string, std::string> parameters;
  // Where each partition lies stands in the catalog, and can be changed there.
  bool has_partition_locations = false;
};

// One value per partition key, as text without escapes; nullopt is SQL's NULL, the
// partition that Hive names __HIVE_DEFAULT_PARTITION__.
using PartitionValues = std::vector<std::optional<std::string>>;

struct Partition {
  PartitionValues values;
  Uri location;  // a folder, ends in '/'
  // Where it is below the table, byte for byte as it is spelled there:
  // "year=2023/month=01/"; empty for a table without partition keys.
  std::string folder;
};

struct ListedPartition {
  Partition partition;
  // Every visible object below the location, in key order, whatever its name ends in.
  // nullopt: the catalog has not looked; the caller lists the location.
  std::optional<std::vector<ObjectInfo>> objects;
};

// Partitions in progress.  One thread.
class PartitionStream {
 public:
  virtual ~PartitionStream() = default;

  // The next one, or nothing at the end.  Nothing may be done to any partition before
  // the end has come without error: what forbids to touch the table at all may be
  // met as late as there.
  virtual Result<std::optional<ListedPartition>> Next() = 0;
};

// One table.  One thread.  Errors name the table: kNotFound, kDenied, those of the
// store; kConfig where the table is one that must not be compacted, with the reason.
class Catalog {
 public:
  virtual ~Catalog() = default;

  virtual Result<CatalogTable> GetTable() = 0;

  // Those for which `predicate` is true.  It was parsed against the partition keys that
  // GetTable() gave, and must outlive the stream, as must the catalog.
  virtual Result<std::unique_ptr<PartitionStream>> Partitions(const Predicate& predicate) = 0;

  // Before files are deleted or moved.  kConfig, naming them: other tables, or partitions of
  // this one, that may have the same files, as far as the catalog can tell.
  virtual Status CheckExclusive() { return Status::OK(); }
};

}  // namespace pqpack
