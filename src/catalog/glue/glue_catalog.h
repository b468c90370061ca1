// SPDX-License-Identifier: Apache-2.0
//
// A table of the AWS Glue Data Catalog.  Partitions are the catalog's, each with the location
// that the catalog gives it; of a table with partition projection, for which Athena does not
// ask the catalog, they are the folders key=value below the table's location.
//
// Everything visible below a partition's location belongs to it, folders in it too, as Athena
// reads it.
//
// kConfig, with its own reason each (table_check.h): tables and partitions that must not be
// compacted; partitions that share a location or lie in one another; locations in a tree of
// another table format (table_format.h).
//
// Memory: all partitions that are selected, 300 bytes each, and the objects of some.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/executor.h"
#include "catalog/catalog.h"
#include "catalog/glue/glue_partitions.h"
#include "catalog/hive_directory.h"

namespace pqpack {

class GlueCatalog : public Catalog {
 public:
  // All are borrowed.  `store` serves S3; `io` asks for partitions and objects at once.
  GlueCatalog(GlueClient* client, ObjectStore* store, Executor* io, GlueTableName name);

  Result<CatalogTable> GetTable() override;
  Result<std::unique_ptr<PartitionStream>> Partitions(const Predicate& predicate) override;

  // Looks at all partitions and at the locations of the database's other tables; not at their
  // partitions, and not at other databases.
  Status CheckExclusive(std::span<const Uri> to = {}) override;

  void Forget() override;
  Result<Uri> FindLocation(const PartitionValues& values) override;
  Result<std::vector<Status>> ChangeLocations(std::span<const LocationChange> changes) override;

 private:
  Status Read();
  Result<std::vector<Partition>> ReadPartitions(const Predicate& predicate);
  Result<Partition> PartitionOf(const GlueJson& json) const;
  std::string FolderOf(const Partition& partition) const;
  Status CheckOutside(const std::vector<Partition>& partitions) const;
  Status WouldShare(const Partition& partition) const;

  GlueClient* const client_;
  ObjectStore* const store_;
  Executor* const io_;
  const GlueTableName name_;
  CatalogTable table_;
  bool known_ = false;                        // table_ is complete
  std::unique_ptr<HiveDirectory> projected_;  // null: partitions are the catalog's
};

}  // namespace pqpack
