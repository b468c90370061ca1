// SPDX-License-Identifier: Apache-2.0
//
// There is no journal: a partition is led back by one change of the catalog, before which nothing
// has happened and behind which all rows are seen.  An undo that dies is done again.  What is led
// back goes from the record: the old place is anybody's to compact from then on, and a file that
// was copied there and merged must not be copied once more.
//
// The new place has a lock of its own: whoever compacts it by itself, by its path or as the
// location that the table was given since, would make files of rows that the old place has.
#include "commit/undo.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "commit/clean.h"
#include "commit/publish_group.h"
#include "commit/record.h"

namespace pqpack {
namespace {

bool SameFiles(const SeenFiles& a, const SeenFiles& b) {
  return a.files == b.files && a.digest == b.digest;
}

// Times of a store may be whole seconds.
constexpr std::string_view kSameSecond =
    " If a file was added there in the second of the newest original, copy it onto itself, so that "
    "it is newer, and run again.";

// One place on its way back.
class Returner {
 public:
  Returner(const SwappedPlace& place, const std::string& swap, const PublishContext& context,
           const std::function<Status()>& still_ours)
      : place_(place),
        swap_(swap),
        context_(context),
        back_({place.change.values, place.change.to, place.change.from}),
        publisher_(Group(&group_, back_), 0, context, still_ours) {}

  const LocationChange& back() const { return back_; }
  const LocationChange& change() const { return place_.change; }
  const Status& why() const { return why_; }
  int64_t late() const { return late_; }

  Status Prepare() {
    const auto now = context_.catalog->FindLocation(back_.values);
    if (CodeOf(now.status()) == ErrorCode::kNotFound) return Leave(now.status());
    PQ_RETURN_NOT_OK(now.status());
    was_back_ = *now == back_.to;
    if (was_back_) return CountOld();
    if (*now != back_.from) {
      return Leave(Error(
          ErrorCode::kSourceChanged,
          fmt::format("{}: the catalog leads to {} by now", back_.from.ToString(), now->ToString()),
          "Somebody else changed it behind the swap: it was left."));
    }
    PQ_ASSIGN(const auto swapped, ListPlace(context_.store, back_.from, back_.values.empty()));
    const SeenFiles seen = See(back_.from, swapped);
    if (!SameFiles(seen, place_.to)) {
      return Leave(Changed(back_.from, "does not hold what the swap left there", place_.to, seen));
    }
    SeenFiles old;
    PQ_ASSIGN(const bool originals, HoldsOriginals(&old));
    if (!originals) {
      return Leave(Changed(back_.to, "does not hold the originals any more", place_.from, old,
                           old.files > place_.from.files ? kSameSecond : ""));
    }
    back_.contents = {old.files, old.bytes};
    return Status::OK();
  }

  Status Take(const Status& changed) {
    if (changed.ok()) return Status::OK();
    const ErrorCode code = CodeOf(changed);
    const bool may_pass = code == ErrorCode::kTransient || code == ErrorCode::kThrottled;
    return may_pass ? changed : Leave(changed);
  }

  // What was written to the new place until the catalog led away from it.
  Status Finish() {
    PQ_ASSIGN(const auto objects, ListPlace(context_.store, back_.from, back_.values.empty()));
    if (SameFiles(See(back_.from, objects), place_.to)) return Status::OK();
    if (was_back_) {
      PQ_ASSIGN(const bool untouched, HoldsOriginalsAndCopies(objects));
      if (!untouched) return Leave(ChangedSince());
    }
    for (const ObjectInfo& object : objects) {
      // Merged files of the swap; what it had carried along is in the old place as it was.
      if (object.uri.Name().find(swap_) != std::string_view::npos) continue;
      const Uri output = back_.to.Child(object.uri.key.substr(back_.from.key.size()));
      PQ_ASSIGN(const auto there, LookUp(context_.table, output));
      const Status carried = publisher_.Carry({object.id(), object.size, output});
      if (!carried.ok() && !IsForGood(carried)) return carried;
      if (!carried.ok()) why_ = carried;
      if (!carried.ok() || there) continue;
      ++late_;
      if (!back_.contents) continue;
      ++back_.contents->files;
      back_.contents->bytes += object.size;
    }
    return Status::OK();
  }

 private:
  static const PublishGroup& Group(PublishGroup* group, const LocationChange& change) {
    group->change = change;
    return *group;
  }

  Status Leave(const Status& why) {
    why_ = why;
    return Status::OK();
  }

  // What was added to the old place since does not count.
  Result<bool> HoldsOriginals(SeenFiles* now) const {
    PQ_ASSIGN(const auto objects, ListPlace(context_.table, back_.to, back_.values.empty()));
    *now = See(back_.to, objects);
    return SameFiles(*now, place_.from) ||
           SameFiles(See(back_.to, objects, place_.from.newest), place_.from);
  }

  Status CountOld() {
    SeenFiles old;
    PQ_RETURN_NOT_OK(HoldsOriginals(&old).status());
    back_.contents = {old.files, old.bytes};
    return Status::OK();
  }

  // Of an undo that died: the old place is read and written again since, so anything else there may
  // have rows of files that were copied.  `arrived`: what is in the new place.
  Result<bool> HoldsOriginalsAndCopies(const std::vector<ObjectInfo>& arrived) const {
    std::set<std::string> names;
    for (const ObjectInfo& object : arrived) {
      names.insert(object.uri.key.substr(back_.from.key.size()));
    }
    PQ_ASSIGN(auto objects, ListPlace(context_.table, back_.to, back_.values.empty()));
    std::erase_if(objects, [&](const ObjectInfo& object) {
      return object.modified > place_.from.newest &&
             names.contains(object.uri.key.substr(back_.to.key.size()));
    });
    return SameFiles(See(back_.to, objects), place_.from);
  }

  Status ChangedSince() const {
    return Error(ErrorCode::kSourceChanged,
                 fmt::format("{}: led back already, and both this place and {} were changed",
                             back_.to.ToString(), back_.from.ToString()),
                 "See which rows of the other place are missing here. Once that one is empty or "
                 "gone, run it again.");
  }

  static Status Changed(const Uri& place, const char* what, const SeenFiles& then,
                        const SeenFiles& now, std::string_view hint = {}) {
    return Error(ErrorCode::kSourceChanged,
                 fmt::format("{} {}: {} files of {} bytes then, {} of {} now", place.ToString(),
                             what, then.files, then.bytes, now.files, now.bytes),
                 "Rows would be missing in the table: it was left." + std::string(hint));
  }

  const SwappedPlace& place_;
  const std::string& swap_;
  const PublishContext& context_;
  LocationChange back_;
  PublishGroup group_;
  GroupPublisher publisher_;
  Status why_;
  bool was_back_ = false;  // an undo that died has led it back
  int64_t late_ = 0;
};

using Returners = std::vector<std::unique_ptr<Returner>>;

template <typename Step>
Status Each(const Returners& batch, const PublishContext& context,
            const std::function<Status()>& still_ours, Step step) {
  return context.executor.ForEach(static_cast<int64_t>(batch.size()), context.width,
                                  [&](int64_t i) -> Status {
                                    Returner& returner = *batch[static_cast<size_t>(i)];
                                    if (!returner.why().ok()) return Status::OK();
                                    PQ_RETURN_NOT_OK(still_ours());
                                    return step(returner);
                                  });
}

// Counters of what got more files behind the change.
Status CountLate(const Returners& batch, const PublishContext& context,
                 const std::function<Status()>& still_ours) {
  std::vector<LocationChange> changes;
  for (const auto& returner : batch) {
    if (returner->late() > 0) changes.push_back(returner->back());
  }
  if (changes.empty()) return Status::OK();
  PQ_RETURN_NOT_OK(still_ours());
  return context.catalog->ChangeLocations(changes).status();
}

Status LeadBack(const Returners& batch, const PublishContext& context,
                const std::function<Status()>& still_ours, UndoReport* report) {
  PQ_RETURN_NOT_OK(
      Each(batch, context, still_ours, [](Returner& returner) { return returner.Prepare(); }));
  std::vector<LocationChange> changes;
  std::vector<Returner*> open;
  for (const auto& returner : batch) {
    if (!returner->why().ok()) continue;
    changes.push_back(returner->back());
    open.push_back(returner.get());
  }
  if (!changes.empty()) {
    PQ_RETURN_NOT_OK(still_ours());
    PQ_ASSIGN(const auto changed, context.catalog->ChangeLocations(changes));
    for (size_t i = 0; i < open.size(); ++i) PQ_RETURN_NOT_OK(open[i]->Take(changed[i]));
  }
  PQ_RETURN_NOT_OK(
      Each(batch, context, still_ours, [](Returner& returner) { return returner.Finish(); }));
  PQ_RETURN_NOT_OK(CountLate(batch, context, still_ours));
  for (const auto& returner : batch) {
    report->late += returner->late();
    if (returner->why().ok()) {
      report->back.push_back(returner->change());
    } else {
      report->left.push_back({returner->change(), returner->why()});
    }
  }
  return Status::OK();
}

Status CheckRecord(const SwapRecord& record, const RunFolder& folder,
                   const PublishContext& context) {
  for (const SwappedPlace& place : record.places) {
    for (const Uri& uri : {place.change.from, place.change.to}) {
      const bool ours = Contains(folder.root, uri) || IsSwapPlace(folder.root, uri);
      if (ours || std::ranges::any_of(context.allowed,
                                      [&](const Uri& also) { return Contains(also, uri); })) {
        continue;
      }
      return Error(ErrorCode::kInvalid,
                   fmt::format("{}: {} lies outside of {}", folder.swap_record().ToString(),
                               uri.ToString(), folder.root.ToString()),
                   "Nothing was changed. If the table had files there, name that place with "
                   "--also.");
    }
  }
  PQ_ASSIGN(const CatalogTable table, context.catalog->GetTable());
  if (table.name == record.table) return Status::OK();
  return Error(ErrorCode::kConfig,
               fmt::format("{}: run {} has led {}, not {}", folder.root.ToString(), record.run,
                           record.table, table.name),
               "Name that table.");
}

// Whoever undoes the rest must not meet again what is led back.
Status StoreRest(const RunFolder& swapped, SwapRecord record, const UndoReport& report,
                 ObjectStore& store) {
  PQ_ASSIGN(const auto found, LookUp(store, swapped.swap_record()));
  if (!found) return Status::OK();
  if (report.left.empty()) return store.Delete(found->id());
  if (report.back.empty()) return Status::OK();
  std::set<PartitionValues> left;
  for (const UndoReport::Left& one : report.left) left.insert(one.change.values);
  std::erase_if(record.places,
                [&](const SwappedPlace& place) { return !left.contains(place.change.values); });
  return WriteText(store, swapped.swap_record(), ToJson(record),
                   {WriteCondition::kIfMatch, found->etag})
      .status();
}

Status CheckNoRuns(ObjectStore& store, const Uri& place) {
  const auto runs = ListRuns(store, place, RunsFolder(place));
  if (CodeOf(runs.status()) == ErrorCode::kNotFound) return Status::OK();
  PQ_RETURN_NOT_OK(runs.status());
  if (runs->empty()) return Status::OK();
  return Error(ErrorCode::kAlreadyExists,
               place.ToString() + ": a run is at work there, or has died",
               "Wait for its end, or run pqpack recover " + place.ToString() + ".");
}

}  // namespace

Status UndoReport::ToStatus() const {
  if (left.empty()) return Status::OK();
  const Status& why = left.front().why;
  return Error(ErrorCode::kSourceChanged, why.message(), ActionOf(why));
}

Result<UndoReport> UndoSwap(const RunFolder& folder, const std::string& swap,
                            const LockOptions& options, const PublishContext& context) {
  const RunFolder swapped{folder.root, swap};
  const auto missing = [&] {
    return Error(ErrorCode::kNotFound, folder.root.ToString() + ": no swap " + swap + " to undo",
                 "pqpack runs " + folder.root.ToString() + " names those that can be undone.");
  };
  // Before anything is written, a lock included.
  if (!IsRunId(swap)) return missing();
  PQ_ASSIGN(const auto record, LoadSwapRecord(context.store, swapped));
  if (!record) return missing();
  PQ_RETURN_NOT_OK(CheckRecord(*record, swapped, context));
  PQ_ASSIGN(const auto lock, RunLock::Take(context.store, folder, options));
  PQ_RETURN_NOT_OK(CheckNoRuns(context.store, folder.root));
  PQ_ASSIGN(const Uri place, SwapPlace(folder.root, swap));
  PQ_RETURN_NOT_OK(CheckNoRuns(context.store, place));
  PQ_ASSIGN(const auto other, RunLock::Take(context.store, {place, folder.run}, options));
  const std::function<Status()> still_ours = [&]() -> Status {
    if (context.stop.stop_requested()) return Error(ErrorCode::kCancelled, "stopped");
    PQ_RETURN_NOT_OK(other->Check());
    return lock->Check();
  };
  UndoReport report;
  Returners batch;
  for (const SwappedPlace& swapped_place : record->places) {
    batch.push_back(std::make_unique<Returner>(swapped_place, swap, context, still_ours));
    if (batch.size() < kChangesAtOnce && &swapped_place != &record->places.back()) continue;
    PQ_RETURN_NOT_OK(LeadBack(batch, context, still_ours, &report));
    batch.clear();
  }
  PQ_RETURN_NOT_OK(still_ours());
  PQ_RETURN_NOT_OK(StoreRest(swapped, *record, report, context.store));
  PQ_RETURN_NOT_OK(other->Release());
  PQ_RETURN_NOT_OK(lock->Release());
  return report;
}

}  // namespace pqpack
