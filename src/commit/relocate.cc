// SPDX-License-Identifier: Apache-2.0
//
// Originals of files that arrived late stay in the old place, in a move, too: they were not proven,
// only copied.
#include "commit/relocate.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "commit/publish_group.h"
#include "commit/table_flags.h"

namespace pqpack {
namespace {

// What is wrong with one location only: the others are gone on with.
bool IsItsOwn(const Status& changed) {
  const ErrorCode code = CodeOf(changed);
  return code == ErrorCode::kSourceChanged || code == ErrorCode::kNotFound ||
         code == ErrorCode::kConfig || code == ErrorCode::kInvalid;
}

Status LedAway(const LocationChange& change, const Uri& now) {
  return Error(ErrorCode::kSourceChanged,
               change.from.ToString() + ": somebody else has led the catalog from there to " +
                   now.ToString(),
               "Look at what that place holds. The catalog was left, and no original of it was "
               "deleted.");
}

// One group on its way.
class Leader {
 public:
  Leader(const PublishGroup& group, size_t number, const PublishContext& context,
         const std::function<Status()>& still_ours)
      : group_(group),
        number_(number),
        context_(context),
        change_(*group.change),
        publisher_(group, number, context, still_ours) {
    const auto know = [&](const ObjectId& id) { read_[id.uri] = id.etag; };
    for (const CarriedFile& file : group.carried) {
      know(file.source);
      carried_.insert(file.source.uri);
    }
    for (const ObjectId& id : group.remove) know(id);
    for (const ObjectId& id : group.keep) know(id);
    LocationChange::Contents contents;
    for (const StagedFile& file : group.files) Count(file.output, file.staged.size, &contents);
    for (const CarriedFile& file : group.carried) Count(file.output, file.size, &contents);
    change_.contents = contents;
  }

  // Up to the change of the catalog.
  Status Prepare(bool publish) {
    const auto now = context_.catalog->FindLocation(change_.values);
    if (CodeOf(now.status()) == ErrorCode::kNotFound) return Fail(now.status());
    PQ_RETURN_NOT_OK(now.status());
    if (*now == change_.to) return Status::OK();  // the catalog finds it done
    if (*now != change_.from) return Fail(LedAway(change_, *now));
    if (publish) {
      PQ_RETURN_NOT_OK(publisher_.Run());
      if (!publisher_.report().failed.empty()) {
        failed_ = true;
        return Status::OK();
      }
    }
    Status changed;
    PQ_RETURN_NOT_OK(LookAround(/*before=*/true, &changed));
    return changed.ok() ? Status::OK() : Fail(changed);
  }

  bool failed() const { return failed_; }
  bool removes() const { return !group_.remove.empty(); }
  const LocationChange& change() const { return change_; }

  // What the catalog said of change().
  Status Take(const Status& changed) {
    if (changed.ok()) return Status::OK();
    return IsItsOwn(changed) ? Fail(changed) : changed;
  }

  // Behind the change of the catalog.
  Status Finish() {
    const int64_t late = publisher_.report().late;
    Status changed;
    PQ_RETURN_NOT_OK(LookAround(/*before=*/false, &changed));
    if (!changed.ok() && group_.remove.empty()) PQ_RETURN_NOT_OK(Fail(changed));
    counters_ = publisher_.report().late > late;
    return Status::OK();
  }

  // The catalog's counters are not right any more.
  bool counters() const { return counters_; }

  // What this run has led from where to where; what others have written to the new place by now is
  // none of it.
  Status LookBack() {
    PQ_ASSIGN(auto to, ListPlace(context_.store, change_.to, change_.values.empty()));
    std::erase_if(to, [&](const ObjectInfo& object) { return !outputs_.contains(object.uri); });
    place_ = {change_, from_, See(change_.to, to)};
    // Somebody has deleted rows there since the change: undo must not bring them back.
    if (to.size() < outputs_.size()) {
      place_.to.files = change_.contents->files;
      place_.to.bytes = change_.contents->bytes;
      place_.to.digest.clear();
    }
    return Status::OK();
  }
  const SwappedPlace& place() const { return place_; }

  PublishReport& report() { return publisher_.report(); }
  const std::vector<Uri>& late() const { return late_; }

 private:
  void Count(const Uri& output, int64_t size, LocationChange::Contents* contents) {
    outputs_.insert(output);
    ++contents->files;
    contents->bytes += size;
  }

  Status Fail(const Status& why) {
    failed_ = true;
    report().failed.push_back({number_, why, /*partly=*/true});
    return Status::OK();
  }

  // Copies what arrived in the old place, and tells of an original that is not what was read.
  Status LookAround(bool before, Status* changed) {
    PQ_ASSIGN(const auto objects, ListPlace(context_.table, change_.from, /*locked=*/true));
    from_ = See(change_.from, objects);
    std::map<Uri, std::string> missing = read_;
    for (const ObjectInfo& object : objects) {
      const auto known = read_.find(object.uri);
      if (known == read_.end()) {
        if (before && !changed->ok()) continue;
        PQ_RETURN_NOT_OK(CarryLate(object, changed));
        continue;
      }
      missing.erase(object.uri);
      if (known->second == object.etag) continue;
      // Behind the change readers have seen its new rows: they stay visible, beside the old ones.
      if (!before) PQ_RETURN_NOT_OK(CarryLate(object, changed));
      *changed = Changed(object.uri, "replaced", before);
    }
    if (!missing.empty()) *changed = Changed(missing.begin()->first, "deleted", before);
    return Status::OK();
  }

  static Status Changed(const Uri& uri, const char* how, bool before) {
    if (before) {
      return Error(ErrorCode::kSourceChanged, uri.ToString() + ": " + how + " since it was read",
                   "Run again: the catalog leads to the old place as before.");
    }
    return Error(ErrorCode::kSourceChanged,
                 uri.ToString() + ": " + how +
                     " while the catalog was led away from there: the table has its earlier rows"
                     ", too",
                 "Let writers ask the catalog for the location, and see which rows are right.");
  }

  Status CarryLate(const ObjectInfo& object, Status* changed) {
    const std::string path = object.uri.key.substr(change_.from.key.size());
    Uri output = change_.to.Child(path);
    // Its earlier version has the name.
    if (carried_.contains(object.uri)) {
      output = output.Folder().Child("replaced-" + std::string(NamePart(path)));
    }
    Status carried = publisher_.Carry({object.id(), object.size, output});
    if (carried.ok()) {
      if (outputs_.contains(output)) return Status::OK();  // seen before the change, too
      late_.push_back(output);
      ++publisher_.report().late;
      Count(output, object.size, &*change_.contents);
      return Status::OK();
    }
    if (!IsForGood(carried)) return carried;
    *changed = carried;
    return Status::OK();
  }

  const PublishGroup& group_;
  const size_t number_;
  const PublishContext& context_;
  LocationChange change_;
  GroupPublisher publisher_;
  std::map<Uri, std::string> read_;
  std::set<Uri> carried_;
  std::set<Uri> outputs_;
  std::vector<Uri> late_;
  SeenFiles from_;
  SwappedPlace place_;
  bool failed_ = false;
  bool counters_ = false;
};

class Relocation {
 public:
  Relocation(const PublishContext& context, const std::function<Status()>& still_ours)
      : context_(context), still_ours_(still_ours) {}

  Status Run(const std::vector<std::unique_ptr<Leader>>& batch, bool publish) {
    PQ_RETURN_NOT_OK(Each(batch, [&](Leader& leader) { return leader.Prepare(publish); }));
    PQ_RETURN_NOT_OK(Change(Open(batch)));
    PQ_RETURN_NOT_OK(Each(Open(batch), [](Leader& leader) { return leader.Finish(); }));
    std::vector<Leader*> late = Open(batch);
    std::erase_if(late, [](const Leader* leader) { return !leader->counters(); });
    PQ_RETURN_NOT_OK(Change(late));
    std::vector<Leader*> swapped = Open(batch);
    std::erase_if(swapped, [](const Leader* leader) { return leader->removes(); });
    PQ_RETURN_NOT_OK(Each(swapped, [](Leader& leader) { return leader.LookBack(); }));
    for (const Leader* leader : swapped) relocated_.places.push_back(leader->place());
    for (const auto& leader : batch) {
      Add(std::move(leader->report()), &relocated_.report);
      std::ranges::copy(leader->late(), std::back_inserter(relocated_.late));
    }
    return Status::OK();
  }

  // Originals of a group, if the catalog still leads away from them.
  Status Remove(const PublishGroup& group, size_t number) {
    PQ_RETURN_NOT_OK(still_ours_());
    GroupPublisher publisher(group, number, context_, still_ours_);
    PQ_ASSIGN(const Uri now, context_.catalog->FindLocation(group.change->values));
    if (now == group.change->to) {
      PQ_RETURN_NOT_OK(publisher.RemoveOriginals());
    } else {
      publisher.report().failed.push_back({number, LedAway(*group.change, now), /*partly=*/true});
    }
    std::lock_guard lock(mutex_);
    Add(std::move(publisher.report()), &relocated_.report);
    return Status::OK();
  }

  // The table itself, once all of its partitions are led there.  A catalog that does not let us is
  // no reason to go on: new partitions would be made in the old place.
  Status Follow(const LocationChange& change, size_t number) {
    PQ_RETURN_NOT_OK(still_ours_());
    PQ_ASSIGN(const auto changed, context_.catalog->ChangeLocations({&change, 1}));
    relocated_.table_led = changed[0].ok();
    if (changed[0].ok()) return Status::OK();
    if (!IsItsOwn(changed[0])) return changed[0];
    relocated_.report.failed.push_back({number, changed[0], false});
    return Status::OK();
  }

  Relocated& relocated() { return relocated_; }

 private:
  static std::vector<Leader*> Open(const std::vector<std::unique_ptr<Leader>>& batch) {
    std::vector<Leader*> open;
    for (const auto& leader : batch) {
      if (!leader->failed()) open.push_back(leader.get());
    }
    return open;
  }

  template <typename Leaders, typename Step>
  Status Each(const Leaders& leaders, Step step) const {
    return context_.executor.ForEach(static_cast<int64_t>(leaders.size()), context_.width,
                                     [&](int64_t i) -> Status {
                                       PQ_RETURN_NOT_OK(still_ours_());
                                       return step(*leaders[static_cast<size_t>(i)]);
                                     });
  }

  Status Change(const std::vector<Leader*>& leaders) {
    if (leaders.empty()) return Status::OK();
    std::vector<LocationChange> changes;
    changes.reserve(leaders.size());
    for (const Leader* leader : leaders) changes.push_back(leader->change());
    PQ_RETURN_NOT_OK(still_ours_());
    PQ_ASSIGN(const auto changed, context_.catalog->ChangeLocations(changes));
    for (size_t i = 0; i < leaders.size(); ++i) PQ_RETURN_NOT_OK(leaders[i]->Take(changed[i]));
    return Status::OK();
  }

  const PublishContext& context_;
  const std::function<Status()>& still_ours_;
  std::mutex mutex_;
  Relocated relocated_;
};

bool Failed(const std::vector<GroupFailure>& failed, size_t group) {
  return std::ranges::find(failed, group, &GroupFailure::group) != failed.end();
}

}  // namespace

Result<Relocated> Relocate(const PublishList& list, const std::vector<GroupFailure>& failed,
                           bool recovering, const PublishContext& context,
                           const std::function<Status()>& still_ours) {
  Relocation relocation(context, still_ours);
  std::vector<std::unique_ptr<Leader>> batch;
  for (size_t i = 0; i < list.groups.size(); ++i) {
    const PublishGroup& group = list.groups[i];
    if (group.change && !group.follows() && !Failed(failed, i)) {
      batch.push_back(std::make_unique<Leader>(group, i, context, still_ours));
    }
    if (batch.size() < kChangesAtOnce && i + 1 < list.groups.size()) continue;
    PQ_RETURN_NOT_OK(relocation.Run(std::exchange(batch, {}), recovering));
  }
  for (size_t i = 0; i < list.groups.size(); ++i) {
    const bool all = failed.empty() && relocation.relocated().report.failed.empty();
    if (!list.groups[i].follows() || !all) continue;
    PQ_RETURN_NOT_OK(relocation.Follow(*list.groups[i].change, i));
  }
  // All that the catalog is to say it says by now.
  std::vector<GroupFailure> left = relocation.relocated().report.failed;
  left.insert(left.end(), failed.begin(), failed.end());
  PQ_RETURN_NOT_OK(context.executor.ForEach(
      static_cast<int64_t>(list.groups.size()), context.width, [&](int64_t i) -> Status {
        const auto number = static_cast<size_t>(i);
        const PublishGroup& group = list.groups[number];
        if (!group.change || group.remove.empty() || Failed(left, number)) return Status::OK();
        return relocation.Remove(group, number);
      }));
  return std::move(relocation.relocated());
}

Status CheckCatalog(const Journal& journal, const PublishContext& context) {
  const JournalState& state = journal.state();
  const bool needed = LeadsCatalog(state.mode) &&
                      (state.phase == Phase::kPublishing || state.phase == Phase::kSwitching);
  if (!needed) return Status::OK();
  const Uri& root = journal.folder().root;
  const std::string run = root.ToString() + ": run " + state.run + " leads " + state.table +
                          " of a catalog to another place";
  const std::string action =
      "Run pqpack recover " + root.ToString() + TableFlags(state.table, state.catalog_id) + ".";
  if (context.catalog == nullptr) {
    return Error(ErrorCode::kConfig, run + ", and no catalog is named", action);
  }
  PQ_ASSIGN(const CatalogTable table, context.catalog->GetTable());
  if (table.name == state.table) return Status::OK();
  return Error(ErrorCode::kConfig, run + ", not " + table.name, action);
}

}  // namespace pqpack
