// SPDX-License-Identifier: Apache-2.0
//
// A table that is nothing but a folder tree: partition keys and values stand in the
// names of its folders (`year=2023/month=01/x.parquet`), or it has none.
//
// One listing in key order.  Every visible object below a partition's folder belongs to
// it, whatever its name ends in; names that begin with '_' or '.' are hidden, and
// folders' own markers (`year=2023/`, `year=2023_$folder$`, both empty) are no objects.
//
// kConfig, with its own reason each: objects in folders of different depth; key names or
// their order that differ between folders, or that begin with '_'; a tree that lies in a table of a
// format that keeps its own record of files, or holds one (table_format.h).  kNotFound: no object
// at all.
//
// Memory: where types are given, one partition with its objects.  Where they have to be
// inferred the last name may change a type, so all partitions are kept between GetTable()
// and Partitions(), and of their objects the first million: 300 MB.  Partitions behind
// that are listed once more when their turn comes, if they are selected.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "catalog/catalog.h"

namespace pqpack {

// Who named the partition keys.  Where folders have others, a user was wrong (kInvalid), or the
// table is not what was written down of it (kConfig).
enum class KeysBy { kUser, kRecord };

class HiveDirectory : public Catalog {
 public:
  static constexpr size_t kKeep = 1'000'000;

  // `types` is empty, or names all partition keys in the order of the folders; names are
  // matched without regard to case.  Without it they are inferred (partition_types.h, which
  // also reads what users write).  `store` must outlive the catalog.  `keep` is for tests.
  HiveDirectory(ObjectStore* store, const Uri& location, std::vector<Column> types = {},
                size_t keep = kKeep, KeysBy keys_by = KeysBy::kRecord);

  Result<CatalogTable> GetTable() override;
  Result<std::unique_ptr<PartitionStream>> Partitions(const Predicate& predicate) override;

 private:
  Status Infer();

  ObjectStore* const store_;
  const std::vector<Column> types_;
  const size_t keep_;  // objects
  const KeysBy keys_by_;
  CatalogTable table_;
  bool known_ = false;  // table_ is complete
  // What Infer() listed and Partitions() has not handed out.
  std::optional<std::deque<ListedPartition>> listed_;
};

}  // namespace pqpack
