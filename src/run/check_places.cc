// SPDX-License-Identifier: Apache-2.0
#include "run/check_places.h"

#include <map>
#include <string_view>
#include <utility>

#include "catalog/partition_path.h"
#include "commit/find_runs.h"
#include "store/real_place.h"

namespace pqpack {
namespace {

// Looks at each folder once; files come in key order.
class InsideCheck {
 public:
  static Result<InsideCheck> Of(const Uri& table) {
    PQ_ASSIGN(Uri real, RealPlace(table));
    return InsideCheck(std::move(real));
  }

  Status See(const Uri& file) {
    const Uri folder = file.Folder();
    if (folder == seen_) return Status::OK();
    seen_ = folder;
    PQ_ASSIGN(const Uri real, RealPlace(folder));
    if (Contains(table_, real)) return Status::OK();
    return Error(ErrorCode::kConfig,
                 folder.ToString() + " leads out of the table, by a link: to " + real.ToString(),
                 "Compact that place by itself, or write a compacted copy with --target_s3_path.");
  }

 private:
  explicit InsideCheck(Uri table) : table_(std::move(table)) {}
  Uri table_;
  Uri seen_;
};

}  // namespace

Status CheckNoLinks(const CompactPlan& all) {
  std::map<std::string_view, std::string> names;  // by ETag, which tells the file behind a name
  PQ_ASSIGN(InsideCheck inside, InsideCheck::Of(all.table.location));
  const auto see = [&](const ObjectInfo& object) -> Status {
    PQ_RETURN_NOT_OK(inside.See(object.uri));
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

Status CheckNotLinked(const Uri& destination, const std::string& folder) {
  PQ_ASSIGN(const Uri place, RealPlace(destination));
  PQ_ASSIGN(const Uri real, RealPlace(destination.Child(folder)));
  if (real == place.Child(folder)) return Status::OK();
  return Error(ErrorCode::kInvalid,
               destination.Child(folder).ToString() + " is a link, to " + real.ToString() +
                   ", where its files would appear",
               "Remove the link, or choose another destination.");
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
