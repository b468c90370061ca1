// SPDX-License-Identifier: Apache-2.0
#include "commit/catalog_counters.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "commit/swap_record.h"
#include "commit/table_flags.h"

namespace pqpack {
namespace {

// Of a table with partitions it is not known what those hold that are not in the list.
bool IsWholeTable(const PublishGroup& group) {
  return group.files.empty() && group.carried.empty();
}

// Each partition once, whichever of its groups are done; the table itself last.
std::vector<LocationChange> ChangesOf(const PublishList& list,
                                      const std::vector<GroupFailure>& failed, bool table_led) {
  std::set<size_t> left;
  for (const GroupFailure& failure : failed) left.insert(failure.group);
  std::map<PartitionValues, LocationChange> partitions;
  std::optional<LocationChange> table;
  bool any = false;
  for (size_t i = 0; i < list.groups.size(); ++i) {
    const PublishGroup& group = list.groups[i];
    if (IsWholeTable(group)) {
      if (!(group.change && table_led)) table = group.counters;
    } else if (!left.contains(i)) {
      any = true;
      if (group.counters) partitions.emplace(group.counters->values, *group.counters);
    }
  }
  std::vector<LocationChange> changes;
  for (auto& [values, change] : partitions) {
    change.contents = LocationChange::Contents{};
    changes.push_back(std::move(change));
  }
  if (any && table) changes.push_back(*std::move(table));
  return changes;
}

Status Count(const PublishContext& context, LocationChange* change) {
  PQ_ASSIGN(const auto objects, ListPlace(context.store, change->to, /*locked=*/true));
  for (const ObjectInfo& object : objects) {
    ++change->contents->files;
    change->contents->bytes += object.size;
  }
  return Status::OK();
}

// The first thing that went wrong.
Status Correct(std::vector<LocationChange>& changes, const PublishContext& context,
               const std::function<Status()>& still_ours) {
  PQ_RETURN_NOT_OK(context.executor.ForEach(
      static_cast<int64_t>(changes.size()), context.width, [&](int64_t i) -> Status {
        LocationChange& change = changes[static_cast<size_t>(i)];
        return change.contents ? Count(context, &change) : Status::OK();
      }));
  PQ_RETURN_NOT_OK(still_ours());
  PQ_ASSIGN(const auto changed, context.catalog->ChangeLocations(changes));
  for (const Status& one : changed) PQ_RETURN_NOT_OK(one);
  return Status::OK();
}

bool HasCatalogOf(const PublishContext& context, const std::string& table) {
  if (context.catalog == nullptr) return false;
  const auto found = context.catalog->GetTable();
  return found.ok() && found->name == table;
}

Warning StaysUntrue(const PublishList& list, size_t places, const RunFolder& folder) {
  const std::string root = folder.root.ToString();
  return {fmt::format(
      "{}: numbers of files that the catalog keeps of {} are untrue in {} by now, as run {} was "
      "completed without that catalog. With it they are corrected: pqpack recover {}{}. Now they "
      "are once these are compacted again by the catalog, or their statistics computed anew",
      root, list.table, places == 1 ? "1 place" : fmt::format("{} places", places), folder.run,
      root, TableFlags(list.table, list.catalog_id))};
}

}  // namespace

Status CorrectCatalogCounters(const PublishList& list, const std::vector<GroupFailure>& failed,
                              bool table_led, const RunFolder& folder,
                              const PublishContext& context, EventSink& events,
                              const std::function<Status()>& still_ours) {
  std::vector<LocationChange> changes = ChangesOf(list, failed, table_led);
  if (changes.empty()) return Status::OK();
  if (!HasCatalogOf(context, list.table)) {
    events.Emit(StaysUntrue(list, changes.size(), folder));
    return Status::OK();
  }
  Status corrected = Correct(changes, context, still_ours);
  if (corrected.ok()) return corrected;
  // Whoever completes the run does it.
  PQ_RETURN_NOT_OK(still_ours());
  if (CodeOf(corrected) == ErrorCode::kCancelled) return corrected;
  events.Emit(Warning{"numbers of files that the catalog keeps may be untrue: " +
                      corrected.message() + ". " + ActionOf(corrected)});
  return Status::OK();
}

}  // namespace pqpack
