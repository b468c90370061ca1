// SPDX-License-Identifier: Apache-2.0
//
// A merge join of two sorted listings.  S3 sorts keys by their UTF-8 bytes, the
// local store does the same, and taking away a common prefix keeps the order.
// Directory buckets ("S3 Express") list in no order: the first name that breaks
// it switches to one look-up per file, which is slower and as right.
#include "scan/paired_listing.h"

#include <utility>

namespace pqpack {
namespace {

std::string RelativeName(const Uri& folder, const Uri& object) {
  return object.key.substr(std::min(folder.key.size(), object.key.size()));
}

}  // namespace

bool HasParquetName(std::string_view name) {
  return name.ends_with(".parquet") || name.ends_with(".parq");
}

Result<std::unique_ptr<PairedListing>> PairedListing::Open(ObjectStore& source,
                                                           const Uri& source_folder,
                                                           ObjectStore& destination,
                                                           const Uri& destination_folder) {
  std::unique_ptr<PairedListing> listing(
      new PairedListing(destination, source_folder.AsFolder(), destination_folder.AsFolder()));
  PQ_ASSIGN(listing->source_listing_, source.List(source_folder));
  auto there = destination.List(destination_folder);
  const bool new_folder = !there.ok() && destination_folder.scheme == Scheme::kLocal &&
                          CodeOf(there.status()) == ErrorCode::kNotFound;
  if (!new_folder) {
    PQ_ASSIGN(listing->destination_listing_, std::move(there));
  }
  return listing;
}

Result<std::vector<PairedObject>> PairedListing::Next() {
  std::vector<PairedObject> pairs;
  while (pairs.empty()) {
    PQ_ASSIGN(auto page, source_listing_->Next());
    if (page.empty()) {
      if (objects_ == 0) return NothingThere();
      return pairs;
    }
    objects_ += static_cast<int64_t>(page.size());
    for (auto& object : page) {
      std::string name = RelativeName(source_folder_, object.uri);
      if (!HasParquetName(name)) {
        ++other_objects_;
        continue;
      }
      if (name < last_source_) ordered_ = false;
      last_source_ = name;
      PQ_ASSIGN(auto destination, AtDestination(name));
      pairs.push_back({std::move(name), std::move(object), std::move(destination)});
    }
  }
  return pairs;
}

Result<std::optional<ObjectInfo>> PairedListing::AtDestination(const std::string& name) {
  while (ordered_) {
    PQ_ASSIGN(const bool more, FillAhead());
    if (!more) return std::nullopt;
    if (!ordered_) break;
    const std::string next = RelativeName(destination_folder_, ahead_.front().uri);
    if (next > name) return std::nullopt;
    if (next == name) return ahead_.front();
    ahead_.pop_front();
  }
  return LookUp(destination_, destination_folder_.Child(name));
}

Status PairedListing::NothingThere() const {
  return Error(ErrorCode::kNotFound, source_folder_.ToString() + ": there is no object",
               "Check the source location.");
}

// False: the destination has nothing more.  May find out that it is unordered.
Result<bool> PairedListing::FillAhead() {
  if (!ahead_.empty()) return true;
  if (destination_listing_ == nullptr) return false;
  PQ_ASSIGN(auto page, destination_listing_->Next());
  if (page.empty()) {
    destination_listing_ = nullptr;
    return false;
  }
  for (auto& object : page) {
    std::string name = RelativeName(destination_folder_, object.uri);
    if (name < last_destination_) ordered_ = false;
    last_destination_ = std::move(name);
    ahead_.push_back(std::move(object));
  }
  return true;
}

}  // namespace pqpack
