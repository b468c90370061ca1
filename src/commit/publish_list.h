// SPDX-License-Identifier: Apache-2.0
//
// What a compaction publishes once all of it is proven: values that plan and tasks fill and
// commit carries out.  They survive the process as `publish.json` of the run's folder.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"
#include "store/object_store.h"

namespace pqpack {

// A proven file that no reader sees yet, below the run's staged folder (run_folder.h).
struct StagedFile {
  ObjectInfo staged;
  Uri output;  // its final name; contains the run's id, so that it is this run's alone
};

// Copy mode: a file that needs no compaction goes along as it is, server-side where possible.
struct CarriedFile {
  ObjectId source;
  int64_t size = 0;
  Uri output;
};

// A group is published whole before the first one of its `remove` is deleted.  Groups are
// independent: as small as the rows allow, so that rows are double for a short time only.
struct PublishGroup {
  std::vector<StagedFile> files;
  std::vector<CarriedFile> carried;
  std::vector<ObjectId> remove;  // originals whose rows are all in `files` and `carried`
  // The same of originals that stay where they are, when the catalog leads elsewhere.
  std::vector<ObjectId> keep = {};
  // What the catalog is to say once all groups are published; originals of the group are removed
  // behind that.  Without any files: the table's own location, once all others are led there.
  std::optional<LocationChange> change = {};
  // Where the catalog keeps numbers of the partition's files, from there to there: its groups all
  // say it.  Without any files: the table's own.
  std::optional<LocationChange> counters = {};

  bool follows() const { return change && files.empty() && carried.empty(); }
};

struct PublishList {
  std::vector<PublishGroup> groups;
  // Of the catalog, where groups have counters: "database.table", and whose catalog it is; empty,
  // that of the account.
  std::string table = {};
  std::string catalog_id = {};

  // The names that appear, of all groups.  Borrowed from the list.
  std::vector<const Uri*> outputs() const;
};

// Lines of JSON, versioned: a header, then a line for each group.  Keys are kept byte for byte.
std::string ToJson(const PublishList& list);

// `where` is for messages.  kCorrupt: not such a list, or one that ends early; kUnsupported:
// of a newer version.
Result<PublishList> ParsePublishList(std::string_view json, const std::string& where);

}  // namespace pqpack
