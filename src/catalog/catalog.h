// SPDX-License-Identifier: Apache-2.0
//
// Who says what belongs to a table: a folder tree (hive_directory.h), or a catalog.
// What a compaction asks of it is the table and those of its partitions that a
// predicate selects, as plain values.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
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
  std::string catalog_id = {};  // as it was named; empty: that of the account, or no catalog
  Uri location;                 // a folder, ends in '/'
  std::vector<Column> columns;  // of the data; empty: only the files know
  std::vector<Column> partition_keys;
  std::map<std::string, std::string> parameters;
  // Where each partition lies stands in the catalog, and can be changed there.
  bool has_partition_locations = false;
  // Of the parameters, those that tell of files, and are untrue once these are merged.
  std::vector<std::string> counters = {};
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
  // As the table's: what the catalog keeps of the partition's files.
  std::vector<std::string> counters = {};
};

struct ListedPartition {
  Partition partition;
  // Every visible object below the location, in key order, whatever its name ends in.
  // nullopt: the catalog has not looked; the caller lists the location.
  std::optional<std::vector<ObjectInfo>> objects;
};

// What the catalog is to say of one partition, or of the table itself.
struct LocationChange {
  PartitionValues values;  // empty: the table's own location
  Uri from;                // where the catalog has it; folders
  Uri to;                  // the same: only counters are corrected
  // What readers see below `to`, where that is known: see catalog/glue/counters.h.
  struct Contents {
    int64_t files = 0;
    int64_t bytes = 0;
  };
  std::optional<Contents> contents = {};
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
  // this one, that may have the same files, as far as the catalog can tell; or those that will be
  // in `to`, folders that partitions are to be led to.
  virtual Status CheckExclusive(std::span<const Uri> to = {}) {
    (void)to;
    return Status::OK();
  }

  // What was read of the table may have changed meanwhile: it is asked for anew.
  virtual void Forget() {}

  // Where the catalog has a partition at this moment, or with no values the table itself.
  // kNotFound: it has none; kUnsupported: folders are where they are.  From any thread.
  virtual Result<Uri> FindLocation(const PartitionValues& values);

  // Compares each location with `from`, and then replaces it by `to`; nothing else changes but
  // counters that became untrue.  A table is compared and replaced at once.  Partitions have no
  // versions: what somebody else writes between the two is lost, so a lock has to keep others of
  // us away.  One status for each change: OK where `to` is there by now, by whomever;
  // kSourceChanged where neither is, with what is; others: it was left as it was.  An error
  // of the whole leaves open what was changed: call again.
  virtual Result<std::vector<Status>> ChangeLocations(std::span<const LocationChange> changes);
};

}  // namespace pqpack
