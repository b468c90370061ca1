// SPDX-License-Identifier: Apache-2.0
#include "run/check_places.h"

#include <map>
#include <string_view>

#include "catalog/partition_path.h"
#include "commit/find_runs.h"

namespace pqpack {

Status CheckNoLinks(const CompactPlan& all) {
  std::map<std::string_view, std::string> names;  // by ETag, which tells the file behind a name
  const auto see = [&](const ObjectInfo& object) -> Status {
    const auto [at, added] = names.emplace(object.etag, object.uri.ToString());
    if (added) return Status::OK();
    return Error(ErrorCode::kConfig,
                 at->second + " and " + object.uri.ToString() + " are one file, by a link",
                 "Replace the link by a copy, or write a compacted copy with --target_s3_path.");
  };
  for (const PartitionPlan& partition : all.partitions) {
    for (const KeptFile& kept : partition.kept) PQ_RETURN_NOT_OK(see(kept.object));
    for (const CompactTask& task : partition.tasks) {
      for (const ObjectInfo& input : task.inputs) PQ_RETURN_NOT_OK(see(input));
    }
  }
  return Status::OK();
}

Status CheckDestination(const Uri& destination, std::span<const Uri> table) {
  for (const Uri& place : table) {
    if (!Contains(place, destination) && !Contains(destination, place)) continue;
    return Error(
        ErrorCode::kInvalid,
        destination.ToString() + " is part of the table, or contains it: " + place.ToString(),
        "Choose a destination beside the table.");
  }
  return Status::OK();
}

Result<std::set<std::string>> FoldersWithFiles(ObjectStore& store, const Uri& root,
                                               const std::stop_token& stop) {
  std::set<std::string> folders;
  auto listing = store.List(root);
  if (CodeOf(listing.status()) == ErrorCode::kNotFound) return folders;
  PQ_RETURN_NOT_OK(listing.status());
  while (true) {
    if (stop.stop_requested()) return Error(ErrorCode::kCancelled, "stopped");
    PQ_ASSIGN(const auto page, (*listing)->Next());
    if (page.empty()) return folders;
    for (const ObjectInfo& object : page) {
      const std::string path = object.uri.key.substr(root.key.size());
      if (IsHidden(path)) continue;
      folders.emplace();
      for (size_t at = path.find('/'); at != std::string::npos; at = path.find('/', at + 1)) {
        folders.insert(path.substr(0, at + 1));
      }
    }
  }
}

Result<bool> HasRuns(ObjectStore& store, std::span<const Uri> places) {
  for (const Uri& place : places) {
    const auto found = FindRuns(store, place);
    if (CodeOf(found.status()) == ErrorCode::kNotFound) continue;
    PQ_RETURN_NOT_OK(found.status());
    // A lock by itself counts: its run ended but for that.
    if (found->lock || !found->runs.empty()) return true;
  }
  return false;
}

}  // namespace pqpack
