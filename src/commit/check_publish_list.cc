// SPDX-License-Identifier: Apache-2.0
//
// A list that was read back names objects to write and to delete, with the rights of whoever
// recovers.  Who may write to a table's folder must not be able to have other places changed by
// it, and a mistake of ours must not lose a row.
#include <fmt/format.h>

#include <algorithm>
#include <ranges>
#include <string>
#include <string_view>
#include <unordered_set>

#include "commit/publish.h"
#include "commit/record.h"

namespace pqpack {
namespace {

// On a disk `a/../b` is another place than it looks like.
bool IsPlain(const Uri& uri) {
  if (uri.scheme != Scheme::kLocal) return !uri.key.empty();
  const std::string_view path(uri.key);
  return path.starts_with('/') &&
         std::ranges::none_of(path.substr(1) | std::views::split('/'), [](const auto& part) {
           const std::string_view name(part.begin(), part.end());
           return name.empty() || name == "." || name == "..";
         });
}

class ListCheck {
 public:
  ListCheck(const RunFolder& folder, const std::vector<Uri>& allowed)
      : folder_(folder), allowed_(allowed) {}

  Status Group(const PublishGroup& group) {
    if (!group.remove.empty() && group.files.empty() && group.carried.empty()) {
      return Bad(group.remove.front().uri, "is removed, and nothing is in its place");
    }
    for (const auto& file : group.files) PQ_RETURN_NOT_OK(Staged(file));
    for (const auto& file : group.carried) {
      PQ_RETURN_NOT_OK(Place(file.source.uri));
      PQ_RETURN_NOT_OK(Output(file.output));
    }
    for (const auto& id : group.keep) PQ_RETURN_NOT_OK(Place(id.uri));
    if (group.change) PQ_RETURN_NOT_OK(Change(group));
    if (group.counters) PQ_RETURN_NOT_OK(Counters(*group.counters));
    for (const auto& id : group.remove) {
      PQ_RETURN_NOT_OK(Place(id.uri));
      if (!removed_.insert(id.uri.ToString()).second) return Bad(id.uri, "is removed twice");
    }
    return Status::OK();
  }

  // Of all groups together: what one group publishes or carries, no other may remove.
  Status Whole(const PublishList& list) const {
    for (const auto& group : list.groups) {
      std::unordered_set<std::string> own;
      for (const auto& id : group.remove) own.insert(id.uri.ToString());
      for (const auto& file : group.files) {
        PQ_RETURN_NOT_OK(Stays(file.output, {}));
      }
      for (const auto& file : group.carried) {
        PQ_RETURN_NOT_OK(Stays(file.output, {}));
        PQ_RETURN_NOT_OK(Stays(file.source.uri, own));
      }
    }
    return Status::OK();
  }

 private:
  Status Bad(const Uri& uri, std::string_view what) const {
    return Damaged(folder_.list().ToString(), fmt::format("{} {}", uri.ToString(), what));
  }

  // Readers are led from all originals of the group to all of its outputs, and to nothing else.
  Status Change(const PublishGroup& group) {
    const LocationChange& change = *group.change;
    for (Uri folder : {change.from, change.to}) {
      if (!folder.key.ends_with('/')) return Bad(folder, "is no folder");
      folder.key.pop_back();
      PQ_RETURN_NOT_OK(Place(folder));
    }
    if (Contains(change.from, change.to) || Contains(change.to, change.from)) {
      return Bad(change.to, "is led to from a place that it shares files with");
    }
    const auto in = [&](const Uri& place, const Uri& uri) {
      return Contains(place, uri) ? Status::OK() : Bad(uri, "lies outside of its location");
    };
    for (const auto& file : group.files) PQ_RETURN_NOT_OK(in(change.to, file.output));
    for (const auto& file : group.carried) {
      PQ_RETURN_NOT_OK(in(change.from, file.source.uri));
      PQ_RETURN_NOT_OK(in(change.to, file.output));
    }
    for (const auto& id : group.keep) PQ_RETURN_NOT_OK(in(change.from, id.uri));
    for (const auto& id : group.remove) PQ_RETURN_NOT_OK(in(change.from, id.uri));
    return Status::OK();
  }

  // Only what is counted there is changed.  A table may be a whole bucket.
  Status Counters(const LocationChange& counters) const {
    if (counters.to != counters.from) return Bad(counters.to, "is led to by what only counts");
    Uri folder = counters.from;
    if (folder.key.empty()) return Inside(folder);
    if (!folder.key.ends_with('/')) return Bad(folder, "is no folder");
    folder.key.pop_back();
    return Place(folder);
  }

  Status Staged(const StagedFile& file) {
    const Uri& staged = file.staged.uri;
    const bool ours =
        Contains(folder_.staged_folder(), staged) || Contains(folder_.plan_staged_folder(), staged);
    if (!ours || !IsPlain(staged)) {
      return Bad(file.staged.uri, "is no staged file of this run");
    }
    if (file.output.Name().find(folder_.run) == std::string_view::npos) {
      return Bad(file.output, "does not have the run's id in its name");
    }
    return Output(file.output);
  }

  Status Output(const Uri& uri) {
    PQ_RETURN_NOT_OK(Place(uri));
    if (uri.key.ends_with('/')) return Bad(uri, "is no name of a file");
    if (!outputs_.insert(uri.ToString()).second) return Bad(uri, "is published twice");
    return Status::OK();
  }

  Status Place(const Uri& uri) const {
    if (!IsPlain(uri)) return Bad(uri, "is no plain name");
    PQ_RETURN_NOT_OK(Inside(uri));
    // Of a bucket that is a table its key begins with it.
    if (('/' + uri.key).find("/_pqpack/") == std::string::npos) return Status::OK();
    return Bad(uri, "is a file of pqpack's own");
  }

  Status Inside(const Uri& uri) const {
    const auto holds = [&](const Uri& place) { return Contains(place, uri); };
    // Where swaps of this table lead has a name that nothing else has.
    const bool ours = holds(folder_.root) || IsSwapPlace(folder_.root, uri);
    if (ours || std::ranges::any_of(allowed_, holds)) return Status::OK();
    return Error(ErrorCode::kInvalid,
                 fmt::format("{}: {} lies outside of {}", folder_.list().ToString(), uri.ToString(),
                             folder_.root.ToString()),
                 "Nothing was changed. If the run was meant to go there, name that place with "
                 "--also.");
  }

  Status Stays(const Uri& uri, const std::unordered_set<std::string>& own) const {
    const std::string name = uri.ToString();
    if (!removed_.contains(name) || own.contains(name)) return Status::OK();
    return Bad(uri, "is removed by another group");
  }

  const RunFolder& folder_;
  const std::vector<Uri>& allowed_;
  std::unordered_set<std::string> outputs_;
  std::unordered_set<std::string> removed_;
};

}  // namespace

Status CheckPublishList(const PublishList& list, const RunFolder& folder,
                        const std::vector<Uri>& allowed) {
  ListCheck check(folder, allowed);
  for (const auto& group : list.groups) PQ_RETURN_NOT_OK(check.Group(group));
  return check.Whole(list);
}

}  // namespace pqpack
