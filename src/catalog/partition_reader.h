// SPDX-License-Identifier: Apache-2.0
//
// Cuts the listing of a folder tree into partitions.  Objects of one folder stand one
// behind the other in key order, so a partition is complete when the next one begins.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "catalog/partition_path.h"
#include "catalog/table_format.h"

namespace pqpack {

// One thread.
class PartitionReader {
 public:
  // kNotFound: no such folder.
  static Result<PartitionReader> Open(ObjectStore& store, const Uri& folder);

  // The next partition, or nothing at the end.  kConfig and kNotFound as hive_directory.h
  // says.
  Result<std::optional<ListedPartition>> Next();

  // The keys as the folders spell them, once a partition has been given.
  const std::vector<std::string>& keys() const { return keys_; }

 private:
  PartitionReader(Uri folder, std::unique_ptr<Listing> listing)
      : folder_(folder), listing_(std::move(listing)), watch_(std::move(folder)) {}

  Result<std::optional<ObjectInfo>> NextVisible();
  Result<std::optional<ObjectInfo>> NextListed();
  Status CheckHidden(std::string_view path) const;
  Status CheckOrder(const std::string& path);
  Result<ListedPartition> Begin(ObjectInfo first);
  Status CheckFlat(std::string_view path) const;
  Status CheckKeys(const PartitionedPath& split, std::string_view path);
  Status Mixed(std::string_view path) const;
  std::string_view PathOf(const ObjectInfo& object) const;

  Uri folder_;
  std::unique_ptr<Listing> listing_;  // null: at its end
  TableFormatWatch watch_;
  std::vector<ObjectInfo> page_;
  size_t next_in_page_ = 0;
  bool any_object_ = false;
  std::string last_path_;
  std::optional<ObjectInfo> ahead_;  // the first object of the next partition
  bool begun_ = false;               // keys_ and first_path_ are known
  std::vector<std::string> keys_;
  std::string first_path_;  // an object that shows the keys, for messages
};

}  // namespace pqpack
