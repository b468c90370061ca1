// SPDX-License-Identifier: Apache-2.0
//
// Lists the Parquet files below a folder together with the object that already
// stands at each one's place in another folder.  Both listings come in key order,
// so one pass over both finds every pair: no request per file, flat memory.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "store/object_store.h"

namespace pqpack {

// True for the names that are taken: they end in `.parquet` or `.parq`.
bool HasParquetName(std::string_view name);

struct PairedObject {
  std::string name;  // key relative to the source folder
  ObjectInfo source;
  std::optional<ObjectInfo> destination;
};

class PairedListing {
 public:
  // Both folders are borrowed stores' places.  kNotFound where the source or a
  // destination bucket is missing; a missing local destination folder is empty.
  static Result<std::unique_ptr<PairedListing>> Open(ObjectStore& source, const Uri& source_folder,
                                                     ObjectStore& destination,
                                                     const Uri& destination_folder);

  // The next page's pairs; empty only at the end.  kNotFound where the source has
  // no object at all.
  Result<std::vector<PairedObject>> Next();

  // Objects seen so far that are no Parquet files by name.
  int64_t other_objects() const { return other_objects_; }

 private:
  PairedListing(ObjectStore& destination, Uri source_folder, Uri destination_folder)
      : destination_(destination),
        source_folder_(std::move(source_folder)),
        destination_folder_(std::move(destination_folder)) {}

  Result<std::optional<ObjectInfo>> AtDestination(const std::string& name);
  Result<bool> FillAhead();
  Status NothingThere() const;

  ObjectStore& destination_;
  const Uri source_folder_;
  const Uri destination_folder_;
  std::unique_ptr<Listing> source_listing_;
  std::unique_ptr<Listing> destination_listing_;  // null: nothing there, or at its end
  std::deque<ObjectInfo> ahead_;                  // listed at the destination, not passed yet
  std::string last_source_;
  std::string last_destination_;
  bool ordered_ = true;  // false: a store lists out of order, so each name is looked up
  int64_t objects_ = 0;
  int64_t other_objects_ = 0;
};

}  // namespace pqpack
