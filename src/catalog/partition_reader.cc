// SPDX-License-Identifier: Apache-2.0
#include "catalog/partition_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "catalog/names.h"
#include "catalog/visible_objects.h"

namespace pqpack {
namespace {

constexpr char kOneDepth[] =
    "Give the folder of one table, whose objects are all in folders of the same keys.";

// True where a `key=value` folder follows behind the leading ones.
bool HasLaterKey(std::string_view rest) {
  const size_t last = rest.rfind('/');
  if (last == std::string_view::npos) return false;
  rest = rest.substr(0, last + 1);
  for (size_t slash = rest.find('/'); slash != std::string_view::npos; slash = rest.find('/')) {
    if (ParsePartitionFolder(rest.substr(0, slash))) return true;
    rest.remove_prefix(slash + 1);
  }
  return false;
}

}  // namespace

Result<PartitionReader> PartitionReader::Open(ObjectStore& store, const Uri& folder) {
  const Uri place = folder.AsFolder();
  PQ_ASSIGN(auto listing, store.List(place));
  return PartitionReader(place, std::move(listing));
}

std::string_view PartitionReader::PathOf(const ObjectInfo& object) const {
  return std::string_view(object.uri.key).substr(folder_.key.size());
}

Result<std::optional<ListedPartition>> PartitionReader::Next() {
  if (!ahead_) {
    PQ_ASSIGN(ahead_, NextVisible());
    if (!ahead_) return std::nullopt;
  }
  PQ_ASSIGN(ListedPartition listed, Begin(*std::move(ahead_)));
  while (true) {
    PQ_ASSIGN(ahead_, NextVisible());
    if (!ahead_) return listed;
    const std::string_view path = PathOf(*ahead_);
    const std::string& folder = listed.partition.folder;
    if (!path.starts_with(folder)) return listed;
    PQ_RETURN_NOT_OK(CheckFlat(path));
    if (HasLaterKey(path.substr(folder.size()))) return Mixed(path);
    listed.objects->push_back(*std::move(ahead_));
  }
}

Result<std::optional<ObjectInfo>> PartitionReader::NextVisible() {
  while (true) {
    PQ_ASSIGN(auto object, NextListed());
    if (!object) return std::nullopt;
    const std::string path(PathOf(*object));
    PQ_RETURN_NOT_OK(watch_.See(path));
    PQ_RETURN_NOT_OK(CheckOrder(path));
    if (IsFolderMarker(*object)) continue;
    if (!IsHidden(path)) return object;
    PQ_RETURN_NOT_OK(CheckHidden(path));
  }
}

// Spark takes a folder `_key=value` for a partition, and nobody else does: whether its rows
// belong to the table depends on who looks.
Status PartitionReader::CheckHidden(std::string_view path) const {
  PQ_RETURN_NOT_OK(CheckNoRunBelow(folder_, path, /*is_table=*/true));
  for (const PartitionFolder& folder : SplitPartitionedPath(path).keys) {
    if (!folder.key.starts_with('_')) continue;
    return Error(ErrorCode::kConfig,
                 fmt::format("{}: '{}' is in a partition for Spark, and hidden for Hive, Athena "
                             "and others",
                             folder_.ToString(), path),
                 "Rename the key, so that it does not begin with '_'.");
  }
  return Status::OK();
}

Result<std::optional<ObjectInfo>> PartitionReader::NextListed() {
  if (listing_ == nullptr) return std::nullopt;
  if (next_in_page_ == page_.size()) {
    PQ_ASSIGN(page_, listing_->Next());
    next_in_page_ = 0;
  }
  if (!page_.empty()) {
    any_object_ = true;
    return std::move(page_[next_in_page_++]);
  }
  listing_ = nullptr;
  if (any_object_) return std::nullopt;
  return Error(ErrorCode::kNotFound, folder_.ToString() + ": there is no object",
               "Check the location.");
}

// S3 directory buckets list in no order, so a partition would come in pieces.
Status PartitionReader::CheckOrder(const std::string& path) {
  if (path < last_path_) {
    return Error(ErrorCode::kConfig,
                 fmt::format("{}: '{}' is listed behind '{}', so partitions come in pieces",
                             folder_.ToString(), path, last_path_),
                 "Use a bucket that lists in the order of keys: no directory bucket.");
  }
  last_path_ = path;
  return Status::OK();
}

Result<ListedPartition> PartitionReader::Begin(ObjectInfo first) {
  const std::string path(PathOf(first));
  const auto split = SplitPartitionedPath(path);
  if (HasLaterKey(split.rest)) return Mixed(path);
  PQ_RETURN_NOT_OK(CheckKeys(split, path));
  PQ_RETURN_NOT_OK(CheckFlat(path));
  ListedPartition listed;
  listed.partition.folder = split.folder;
  listed.partition.location = folder_.Child(split.folder);
  for (const PartitionFolder& key : split.keys) listed.partition.values.push_back(key.value);
  listed.objects.emplace();
  listed.objects->push_back(std::move(first));
  return listed;
}

// Below a partition's folder all belongs to it, but folders beside one another may well be tables.
Status PartitionReader::CheckFlat(std::string_view path) const {
  if (!keys_.empty() || path.find('/') == std::string_view::npos) return Status::OK();
  if (!SplitPartitionedPath(path).keys.empty()) return Mixed(path);
  return Error(ErrorCode::kConfig,
               fmt::format("{}: '{}' lies in a folder that is no key=value, so that may be a table "
                           "of its own",
                           folder_.ToString(), path),
               "Give the folder of one table, with its files in it or in key=value folders.");
}

// The first partition says which keys there are.
Status PartitionReader::CheckKeys(const PartitionedPath& split, std::string_view path) {
  std::vector<std::string> keys;
  keys.reserve(split.keys.size());
  for (const PartitionFolder& folder : split.keys) keys.push_back(folder.key);
  if (!begun_) {
    for (size_t i = 0; i < keys.size(); ++i) {
      for (size_t j = 0; j < i; ++j) {
        if (!SameName(keys[i], keys[j])) continue;
        return Error(
            ErrorCode::kConfig,
            fmt::format("{}: '{}' names the key '{}' twice", folder_.ToString(), path, keys[i]),
            kOneDepth);
      }
    }
    begun_ = true;
    keys_ = std::move(keys);
    first_path_ = path;
    return Status::OK();
  }
  if (keys == keys_) return Status::OK();
  if (keys.size() != keys_.size()) return Mixed(path);
  const bool case_only = std::ranges::equal(keys, keys_, SameName);
  return Error(
      ErrorCode::kConfig,
      fmt::format("{}: the folders of '{}' and '{}' have {}", folder_.ToString(), first_path_, path,
                  case_only ? "keys that differ in case" : "different keys"),
      case_only ? "Give the folders keys of the same spelling." : kOneDepth);
}

Status PartitionReader::Mixed(std::string_view path) const {
  if (!begun_ || path == first_path_) {
    return Error(ErrorCode::kConfig,
                 fmt::format("{}: '{}' has folders of keys below one that is none",
                             folder_.ToString(), path),
                 kOneDepth);
  }
  return Error(ErrorCode::kConfig,
               fmt::format("{}: '{}' and '{}' lie at different depths of partition folders",
                           folder_.ToString(), first_path_, path),
               kOneDepth);
}

}  // namespace pqpack
