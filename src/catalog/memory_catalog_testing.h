// SPDX-License-Identifier: Apache-2.0
//
// For tests: a catalog in memory that says where partitions lie, as Glue does: a change compares
// all first, and then replaces one by one, whatever is there by then.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "catalog/catalog.h"

namespace pqpack {

class MemoryCatalog : public Catalog {
 public:
  MemoryCatalog(std::string name, std::map<PartitionValues, Uri> places)
      : name_(std::move(name)), places_(std::move(places)) {}

  std::map<PartitionValues, Uri> places() const {
    std::lock_guard lock(mutex_);
    return places_;
  }

  Result<CatalogTable> GetTable() override {
    CatalogTable table;
    table.name = name_;
    return table;
  }

  Result<std::unique_ptr<PartitionStream>> Partitions(const Predicate&) override {
    return Error(ErrorCode::kUnsupported, "not asked");
  }

  Result<Uri> FindLocation(const PartitionValues& values) override {
    std::lock_guard lock(mutex_);
    const auto found = places_.find(values);
    if (found != places_.end()) return found->second;
    return Error(ErrorCode::kNotFound, "no such partition");
  }

  Result<std::vector<Status>> ChangeLocations(std::span<const LocationChange> changes) override {
    std::vector<Status> statuses;
    for (const LocationChange& change : changes) statuses.push_back(Compare(change));
    for (size_t i = 0; i < changes.size(); ++i) {
      if (statuses[i].ok()) Apply(changes[i]);
    }
    return statuses;
  }

  // What it keeps of files, where it keeps that at all: corrected by each change, or dropped.
  using Kept = std::map<PartitionValues, std::pair<int64_t, int64_t>>;  // files, bytes
  void Keep(Kept kept) { kept_ = std::move(kept); }
  Kept kept() const {
    std::lock_guard lock(mutex_);
    return kept_;
  }

  Status Compare(const LocationChange& change) {
    if (change.values.empty() && change.from == change.to) return Status::OK();
    PQ_ASSIGN(const Uri now, FindLocation(change.values));
    if (now == change.from || now == change.to) return Status::OK();
    return Error(ErrorCode::kSourceChanged, "led to " + now.ToString());
  }

  void Apply(const LocationChange& change) {
    if (change.from != change.to) Replace(change.values, change.to);
    std::lock_guard lock(mutex_);
    const auto kept = kept_.find(change.values);
    if (kept == kept_.end()) return;
    if (change.contents) {
      kept->second = {change.contents->files, change.contents->bytes};
    } else {
      kept_.erase(kept);
    }
  }

  void Replace(const PartitionValues& values, const Uri& place) {
    std::lock_guard lock(mutex_);
    places_[values] = place;
  }

 private:
  const std::string name_;
  mutable std::mutex mutex_;
  std::map<PartitionValues, Uri> places_;
  Kept kept_;
};

// Asks `tick` before each step of a call and behind it: its error ends the call there, with what
// it had done by then.
class TickingCatalog : public Catalog {
 public:
  TickingCatalog(MemoryCatalog* inner, std::function<Status()> tick)
      : inner_(inner), tick_(std::move(tick)) {}

  Result<CatalogTable> GetTable() override {
    PQ_RETURN_NOT_OK(tick_());
    return inner_->GetTable();
  }

  Result<std::unique_ptr<PartitionStream>> Partitions(const Predicate& predicate) override {
    return inner_->Partitions(predicate);
  }

  Result<Uri> FindLocation(const PartitionValues& values) override {
    PQ_RETURN_NOT_OK(tick_());
    return inner_->FindLocation(values);
  }

  Result<std::vector<Status>> ChangeLocations(std::span<const LocationChange> changes) override {
    PQ_RETURN_NOT_OK(tick_());
    std::vector<Status> statuses;
    for (const LocationChange& change : changes) statuses.push_back(inner_->Compare(change));
    for (size_t i = 0; i < changes.size(); ++i) {
      PQ_RETURN_NOT_OK(tick_());
      if (statuses[i].ok()) inner_->Apply(changes[i]);
    }
    PQ_RETURN_NOT_OK(tick_());
    return statuses;
  }

 private:
  MemoryCatalog* const inner_;
  const std::function<Status()> tick_;
};

}  // namespace pqpack
