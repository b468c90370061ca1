// SPDX-License-Identifier: Apache-2.0
#include "catalog/hive_directory.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "catalog/names.h"
#include "catalog/partition_reader.h"
#include "catalog/partition_types.h"
#include "catalog/predicate.h"
#include "catalog/visible_objects.h"

namespace pqpack {
namespace {

// Straight from the listing; the folders' keys have to be those that were told.
class ListedStream : public PartitionStream {
 public:
  ListedStream(PartitionReader reader, const CatalogTable& table, KeysBy keys_by,
               const Predicate& predicate)
      : reader_(std::move(reader)), table_(table), keys_by_(keys_by), predicate_(predicate) {}

  Result<std::optional<ListedPartition>> Next() override {
    while (true) {
      PQ_ASSIGN(auto listed, reader_.Next());
      if (!listed) return std::nullopt;
      PQ_RETURN_NOT_OK(CheckKeys(listed->partition));
      PQ_ASSIGN(const bool selected, Selects(predicate_, listed->partition));
      if (selected) return listed;
    }
  }

 private:
  Status CheckKeys(const Partition& partition) const {
    const auto name = [](const Column& key) -> const std::string& { return key.name; };
    if (std::ranges::equal(reader_.keys(), table_.partition_keys, SameName, {}, name)) {
      return Status::OK();
    }
    return Error(keys_by_ == KeysBy::kUser ? ErrorCode::kInvalid : ErrorCode::kConfig,
                 fmt::format("{}: the folders of '{}' have the keys ({}), and not ({})",
                             table_.name, partition.folder, fmt::join(reader_.keys(), ", "),
                             fmt::join(NamesOf(table_.partition_keys), ", ")),
                 "Give --partition_types all keys in the order of the folders.");
  }

  PartitionReader reader_;
  const CatalogTable& table_;
  const KeysBy keys_by_;
  const Predicate& predicate_;
};

// What was listed to infer types.
class KeptStream : public PartitionStream {
 public:
  KeptStream(ObjectStore& store, std::deque<ListedPartition> kept, const Predicate& predicate)
      : store_(store), kept_(std::move(kept)), predicate_(predicate) {}

  Result<std::optional<ListedPartition>> Next() override {
    while (!kept_.empty()) {
      ListedPartition listed = std::move(kept_.front());
      kept_.pop_front();
      PQ_ASSIGN(const bool selected, Selects(predicate_, listed.partition));
      if (!selected) continue;
      if (!listed.objects) {
        PQ_ASSIGN(listed.objects,
                  ListVisible(store_, listed.partition.location, listed.partition.folder.empty()));
      }
      return listed;
    }
    return std::nullopt;
  }

 private:
  ObjectStore& store_;
  std::deque<ListedPartition> kept_;
  const Predicate& predicate_;
};

}  // namespace

HiveDirectory::HiveDirectory(ObjectStore* store, const Uri& location, std::vector<Column> types,
                             size_t keep, KeysBy keys_by)
    : store_(store), types_(std::move(types)), keep_(keep), keys_by_(keys_by) {
  table_.location = location.AsFolder();
  table_.name = table_.location.ToString();
}

Result<CatalogTable> HiveDirectory::GetTable() {
  if (!known_) {
    PQ_RETURN_NOT_OK(CheckTableFormat(*store_, table_.location));
    table_.partition_keys = types_;
    if (types_.empty()) PQ_RETURN_NOT_OK(Infer());
    known_ = true;
  }
  return table_;
}

Status HiveDirectory::Infer() {
  PQ_ASSIGN(PartitionReader reader, PartitionReader::Open(*store_, table_.location));
  std::deque<ListedPartition> listed;
  std::vector<InferredType> types;
  size_t kept = 0;
  while (true) {
    PQ_ASSIGN(auto next, reader.Next());
    if (!next) break;
    types.resize(reader.keys().size());
    for (size_t i = 0; i < types.size(); ++i) types[i].See(next->partition.values[i]);
    kept += next->objects->size();
    if (kept > keep_) next->objects.reset();
    listed.push_back(*std::move(next));
  }
  for (size_t i = 0; i < types.size(); ++i) {
    table_.partition_keys.push_back({reader.keys()[i], types[i].Name()});
  }
  listed_ = std::move(listed);
  return Status::OK();
}

Result<std::unique_ptr<PartitionStream>> HiveDirectory::Partitions(const Predicate& predicate) {
  PQ_RETURN_NOT_OK(GetTable().status());
  if (listed_) {
    auto kept = *std::move(listed_);
    listed_.reset();
    return std::make_unique<KeptStream>(*store_, std::move(kept), predicate);
  }
  PQ_ASSIGN(auto reader, PartitionReader::Open(*store_, table_.location));
  return std::make_unique<ListedStream>(std::move(reader), table_, keys_by_, predicate);
}

}  // namespace pqpack
