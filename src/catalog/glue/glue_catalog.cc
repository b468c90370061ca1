// SPDX-License-Identifier: Apache-2.0
#include "catalog/glue/glue_catalog.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <deque>
#include <set>
#include <utility>

#include "catalog/glue/counters.h"
#include "catalog/glue/glue_expression.h"
#include "catalog/glue/glue_locations.h"
#include "catalog/glue/table_check.h"
#include "catalog/names.h"
#include "catalog/partition_path.h"
#include "catalog/predicate.h"
#include "catalog/table_format.h"
#include "catalog/visible_objects.h"

namespace pqpack {
namespace {

constexpr int kListings = 16;      // at once
constexpr size_t kListAhead = 64;  // partitions
constexpr size_t kMostNamed = 5;

std::vector<Column> ColumnsOf(const GlueJson& object, const char* name) {
  std::vector<Column> columns;
  for (const GlueJson& column : ListOf(object, name)) {
    columns.push_back({TextOf(column, "Name"), TextOf(column, "Type")});
  }
  return columns;
}

bool InOrder(const Partition& a, const Partition& b) { return a.location < b.location; }

// Of partitions in order: one that lies in another comes behind it, and behind nothing but
// what lies in that one, too.
Status CheckApart(const std::vector<Partition>& partitions, const std::string& table) {
  const auto pair = std::ranges::adjacent_find(
      partitions, [](const auto& a, const auto& b) { return Contains(a.location, b.location); });
  if (pair == partitions.end()) return Status::OK();
  return Error(
      ErrorCode::kConfig,
      fmt::format("{}: partitions '{}' and '{}' share files: {} and {}", table, pair->folder,
                  (pair + 1)->folder, pair->location.ToString(), (pair + 1)->location.ToString()),
      "Give each partition a location of its own, or leave one out by the predicate.");
}

// Locations that lie apart may be named so that their folders do not.
Status CheckFolders(const std::vector<Partition>& partitions, const std::string& table) {
  std::vector<const Partition*> by_folder;
  by_folder.reserve(partitions.size());
  for (const Partition& partition : partitions) by_folder.push_back(&partition);
  std::ranges::sort(by_folder, {}, [](const Partition* one) { return one->folder; });
  const auto pair = std::ranges::adjacent_find(
      by_folder, [](const auto* a, const auto* b) { return b->folder.starts_with(a->folder); });
  if (pair == by_folder.end()) return Status::OK();
  const Partition& one = **pair;
  return Error(
      ErrorCode::kConfig,
      fmt::format("{}: two partitions would have the folder '{}'; one is at {}, one at {}", table,
                  one.folder, one.location.ToString(), (*(pair + 1))->location.ToString()),
      "Give the partitions locations that are named as they are.");
}

// `own` is in order, and its places lie apart.
bool Overlaps(const std::vector<Partition>& own, const Uri& other) {
  const auto behind = std::ranges::upper_bound(own, other, {}, &Partition::location);
  const bool inside = behind != own.begin() && Contains((behind - 1)->location, other);
  return inside || (behind != own.end() && Contains(other, behind->location));
}

// Lists what the catalog gave, some partitions at once.
class GlueStream : public PartitionStream {
 public:
  GlueStream(ObjectStore& store, Executor& io, Uri table, std::vector<Partition> partitions)
      : store_(store), io_(io), table_(std::move(table)), partitions_(std::move(partitions)) {}

  Result<std::optional<ListedPartition>> Next() override {
    if (listed_.empty()) PQ_RETURN_NOT_OK(ListSome());
    if (listed_.empty()) return std::nullopt;
    ListedPartition first = std::move(listed_.front());
    listed_.pop_front();
    return first;
  }

 private:
  Status ListSome() {
    const size_t count = std::min(kListAhead, partitions_.size() - next_);
    listed_.resize(count);
    const auto list = [this](int64_t i) -> Status {
      ListedPartition& listed = listed_[static_cast<size_t>(i)];
      listed.partition = std::move(partitions_[next_ + static_cast<size_t>(i)]);
      const Uri& place = listed.partition.location;
      PQ_ASSIGN(listed.objects, ListVisible(store_, place, IsLookedAt(place)));
      return Status::OK();
    };
    PQ_RETURN_NOT_OK(io_.ForEach(static_cast<int64_t>(count), kListings, list));
    next_ += count;
    return Status::OK();
  }

  // What runs there are at its top is not for a listing to say: the lock of the table does, or
  // whoever has a signpost there (commit/signpost.h).
  bool IsLookedAt(const Uri& place) const {
    return place == table_ || (!Contains(table_, place) && AboveKeys(place) == place);
  }

  ObjectStore& store_;
  Executor& io_;
  const Uri table_;
  std::vector<Partition> partitions_;
  size_t next_ = 0;
  std::deque<ListedPartition> listed_;
};

}  // namespace

GlueCatalog::GlueCatalog(GlueClient* client, ObjectStore* store, Executor* io, GlueTableName name)
    : client_(client), store_(store), io_(io), name_(std::move(name)) {}

Result<CatalogTable> GlueCatalog::GetTable() {
  if (!known_) PQ_RETURN_NOT_OK(Read());
  known_ = true;
  return table_;
}

void GlueCatalog::Forget() {
  table_ = {};
  known_ = false;
  projected_.reset();
}

Result<Uri> GlueCatalog::FindLocation(const PartitionValues& values) {
  return FindGlueLocation(*client_, name_, values);
}

Result<std::vector<Status>> GlueCatalog::ChangeLocations(std::span<const LocationChange> changes) {
  return ChangeGlueLocations(*client_, name_, changes, *io_);
}

Status GlueCatalog::Read() {
  PQ_ASSIGN(const GlueJson json, GetGlueTable(*client_, name_));
  table_.name = name_.ToString();
  table_.catalog_id = client_->catalog_id();
  PQ_RETURN_NOT_OK(CheckGlueTable(json, table_.name));
  const GlueJson& descriptor = FieldOf(json, "StorageDescriptor");
  PQ_ASSIGN(table_.location, LocationOf(descriptor, table_.name));
  table_.columns = ColumnsOf(descriptor, "Columns");
  table_.partition_keys = ColumnsOf(json, "PartitionKeys");
  table_.parameters = ParametersOf(json);
  table_.counters = CountersIn(FieldOf(json, "Parameters"));
  PQ_RETURN_NOT_OK(CheckTableFormat(*store_, table_.location));
  table_.has_partition_locations = !table_.partition_keys.empty();
  if (!table_.has_partition_locations || !IsProjected(table_.parameters)) return Status::OK();
  PQ_RETURN_NOT_OK(CheckProjection(table_));
  table_.has_partition_locations = false;
  projected_ = std::make_unique<HiveDirectory>(store_, table_.location, table_.partition_keys);
  return Status::OK();
}

Result<std::unique_ptr<PartitionStream>> GlueCatalog::Partitions(const Predicate& predicate) {
  PQ_RETURN_NOT_OK(GetTable().status());
  if (projected_ != nullptr) return projected_->Partitions(predicate);
  PQ_ASSIGN(auto partitions, ReadPartitions(predicate));
  PQ_RETURN_NOT_OK(CheckApart(partitions, table_.name));
  PQ_RETURN_NOT_OK(CheckFolders(partitions, table_.name));
  PQ_RETURN_NOT_OK(CheckOutside(partitions));
  return std::make_unique<GlueStream>(*store_, *io_, table_.location, std::move(partitions));
}

Result<std::vector<Partition>> GlueCatalog::ReadPartitions(const Predicate& predicate) {
  std::vector<Partition> partitions;
  if (table_.partition_keys.empty()) {
    partitions.push_back({{}, table_.location, {}, table_.counters});
    return partitions;
  }
  const auto take = [&](const GlueJson& json) -> Status {
    PQ_ASSIGN(Partition partition, PartitionOf(json));
    PQ_ASSIGN(const bool selected, Selects(predicate, partition));
    if (!selected) return Status::OK();
    PQ_RETURN_NOT_OK(
        CheckGluePartition(json, fmt::format("{}, partition '{}'", table_.name, partition.folder)));
    partitions.push_back(std::move(partition));
    return Status::OK();
  };
  PQ_RETURN_NOT_OK(ForEachGluePartition(*client_, name_, GlueExpression(predicate), *io_, take));
  std::ranges::sort(partitions, InOrder);
  return partitions;
}

Result<Partition> GlueCatalog::PartitionOf(const GlueJson& json) const {
  const auto values = TextsOf(json, "Values");
  const std::string name = fmt::format("{}, partition ({})", table_.name, fmt::join(values, ", "));
  if (values.size() != table_.partition_keys.size()) {
    return Error(ErrorCode::kConfig,
                 fmt::format("{}: it has {} values for {} keys", name, values.size(),
                             table_.partition_keys.size()),
                 "Correct the partition in the catalog.");
  }
  Partition partition;
  for (const std::string& value : values) {
    auto& added = partition.values.emplace_back();
    if (value != kNullPartition) added = value;
  }
  PQ_ASSIGN(partition.location, LocationOf(FieldOf(json, "StorageDescriptor"), name));
  partition.folder = FolderOf(partition);
  partition.counters = CountersIn(FieldOf(json, "Parameters"));
  return partition;
}

// Below the table as it is spelled there, else as Hive would spell it.
std::string GlueCatalog::FolderOf(const Partition& partition) const {
  if (partition.location != table_.location && Contains(table_.location, partition.location)) {
    return partition.location.key.substr(table_.location.key.size());
  }
  std::string folder;
  for (size_t i = 0; i < partition.values.size(); ++i) {
    const auto& value = partition.values[i];
    folder += fmt::format("{}={}/", EscapePathName(table_.partition_keys[i].name),
                          value ? EscapePathName(*value) : std::string(kNullPartition));
  }
  return folder;
}

Status GlueCatalog::WouldShare(const Partition& partition) const {
  return Error(ErrorCode::kConfig,
               fmt::format("{}: its partition '{}', at {}, would have files of others", table_.name,
                           partition.folder, partition.location.ToString()),
               "Choose another destination.");
}

// What lies below the table's location was looked at with it.
Status GlueCatalog::CheckOutside(const std::vector<Partition>& partitions) const {
  std::set<Uri> places;
  for (const Partition& partition : partitions) {
    if (!Contains(table_.location, partition.location)) {
      places.insert(AboveKeys(partition.location));
    }
  }
  for (const Uri& place : places) PQ_RETURN_NOT_OK(CheckTableFormat(*store_, place));
  return Status::OK();
}

Status GlueCatalog::CheckExclusive(std::span<const Uri> to) {
  PQ_RETURN_NOT_OK(GetTable().status());
  std::vector<Partition> targets;
  targets.reserve(to.size());
  for (const Uri& place : to) targets.push_back({{}, place, {}});
  std::ranges::sort(targets, InOrder);
  std::vector<Partition> own = {{{}, table_.location, {}}};
  if (table_.has_partition_locations) {
    PQ_ASSIGN(own, ReadPartitions(Predicate()));
    PQ_RETURN_NOT_OK(CheckApart(own, table_.name));
  }
  // Partitions that are to be led there do not lie there: these are others.
  for (const Partition& partition : own) {
    if (Overlaps(targets, partition.location)) return WouldShare(partition);
  }
  PQ_ASSIGN(const auto tables, GetGlueTables(*client_, name_.database));
  std::vector<std::string> others;
  for (const GlueJson& table : tables) {
    const std::string name = TextOf(table, "Name");
    const auto location = LocationOf(FieldOf(table, "StorageDescriptor"), name);
    if (SameName(name, name_.table) || !location.ok()) continue;
    if (Overlaps(own, *location) || Overlaps(targets, *location))
      others.push_back(fmt::format("{} ({})", name, location->ToString()));
  }
  if (others.empty()) return Status::OK();
  const size_t count = others.size();
  if (count > kMostNamed) others.resize(kMostNamed);
  return Error(
      ErrorCode::kConfig,
      fmt::format("{}: its files may be those of {}{}, too", table_.name, fmt::join(others, ", "),
                  count > kMostNamed ? fmt::format(" and {} more", count - kMostNamed) : ""),
      "Write a compacted copy (--target-s3-path) instead, or give the tables locations of "
      "their own.");
}

}  // namespace pqpack
