// SPDX-License-Identifier: Apache-2.0
#include "commit/clean.h"

#include <algorithm>
#include <atomic>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <utility>

#include "store/local_folder.h"

namespace pqpack {
namespace {

// Abandons what is unfinished at `place` or below it and is `wanted`.  Without the permission to
// look, that is said once and nothing is done.
Status AbandonAt(const Uri& place, const std::function<bool(const Uri&)>& wanted,
                 ObjectStore& store, EventSink& events, std::atomic<bool>* told) {
  const auto found = store.Unfinished(place);
  if (!found.ok()) {
    const ErrorCode code = CodeOf(found.status());
    if (code == ErrorCode::kNotFound) return Status::OK();
    if (code != ErrorCode::kDenied && code != ErrorCode::kUnsupported) return found.status();
    if (!told->exchange(true)) {
      events.Emit(Warning{"unfinished uploads of a dead run can't be looked for: " +
                          found.status().message() + ". " + ActionOf(found.status())});
    }
    return Status::OK();
  }
  for (const auto& write : *found) {
    if (wanted(write.uri)) PQ_RETURN_NOT_OK(store.Abandon(write));
  }
  return Status::OK();
}

Result<std::vector<ObjectInfo>> ListAll(ObjectStore& store, const Uri& folder) {
  std::vector<ObjectInfo> all;
  auto listing = store.List(folder);
  if (CodeOf(listing.status()) == ErrorCode::kNotFound) return all;
  PQ_RETURN_NOT_OK(listing.status());
  while (true) {
    auto page = (*listing)->Next();
    if (CodeOf(page.status()) == ErrorCode::kNotFound) return all;
    PQ_RETURN_NOT_OK(page.status());
    if (page->empty()) return all;
    std::ranges::move(*page, std::back_inserter(all));
  }
}

}  // namespace

Result<std::map<std::string, std::vector<ObjectInfo>>> ListRuns(ObjectStore& store, const Uri& root,
                                                                const Uri& place) {
  std::map<std::string, std::vector<ObjectInfo>> runs;
  PQ_ASSIGN(auto objects, ListAll(store, place));
  // A root that is not there is a mistake; one where nothing was ever compacted is not.
  if (objects.empty()) PQ_RETURN_NOT_OK(store.List(root).status());
  for (auto& object : objects) {
    const std::string_view below = std::string_view(object.uri.key).substr(place.key.size());
    const auto slash = below.find('/');
    const std::string run(below.substr(0, slash));
    if (slash != std::string_view::npos && IsRunId(run)) runs[run].push_back(std::move(object));
  }
  return runs;
}

Status AbandonRuns(const Uri& root, ObjectStore& store, EventSink& events) {
  std::atomic<bool> told = false;
  const Uri plans = PlansFolder(root);
  return AbandonAt(
      RunsFolder(root), [&](const Uri& uri) { return !Contains(plans, uri); }, store, events,
      &told);
}

namespace {

Status AbandonBelow(const Uri& folder, ObjectStore& store, EventSink& events) {
  std::atomic<bool> told = false;
  return AbandonAt(folder, [](const Uri&) { return true; }, store, events, &told);
}

bool AreDigits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// The part of the name of `uri` below `folder` between these two; absent: it has no such name.
std::optional<std::string_view> NameBetween(const Uri& folder, const Uri& uri,
                                            std::string_view before, std::string_view behind) {
  if (!uri.key.starts_with(folder.key)) return std::nullopt;
  std::string_view name = std::string_view(uri.key).substr(folder.key.size());
  if (!name.starts_with(before)) return std::nullopt;
  name.remove_prefix(before.size());
  if (!name.ends_with(behind)) return std::nullopt;
  name.remove_suffix(behind.size());
  return name;
}

// Of what runs write but the journal and the list.  Anything else is not ours, and on a local disk
// it may be reached through a link that leads elsewhere.
bool IsScratch(const Uri& uri, const RunFolder& folder) {
  if (uri == folder.probe()) return true;
  const auto number = NameBetween(folder.staged_folder(), uri, "_", ".staged");
  return number && AreDigits(*number);
}

// The same of what a plan's workers write.
bool IsPlanned(const Uri& uri, const RunFolder& folder) {
  if (uri == folder.plan_begun()) return true;
  const auto task = NameBetween(folder.plan_receipts(), uri, "", ".json");
  if (task) return AreDigits(*task);
  const auto name = NameBetween(folder.plan_staged_folder(), uri, "_", ".staged");
  if (!name) return false;
  const size_t dash = name->find('-');
  return dash != std::string_view::npos && AreDigits(name->substr(0, dash)) &&
         IsRunId(name->substr(dash + 1));
}

// Removes those of `objects` that `is_ours`.
Status RemoveAll(const std::vector<ObjectInfo>& objects,
                 const std::function<bool(const Uri&)>& is_ours, const PublishContext& context,
                 const std::function<Status()>& still_ours) {
  return context.executor.ForEach(static_cast<int64_t>(objects.size()), context.width,
                                  [&](int64_t i) -> Status {
                                    const ObjectInfo& object = objects[static_cast<size_t>(i)];
                                    if (!is_ours(object.uri)) return Status::OK();
                                    PQ_RETURN_NOT_OK(still_ours());
                                    return context.store.Delete(object.id());
                                  });
}

}  // namespace

Status RemoveStaged(const RunFolder& folder, const PublishContext& context, EventSink& events,
                    const std::function<Status()>& still_ours) {
  PQ_RETURN_NOT_OK(AbandonBelow(folder.uri(), context.store, events));
  PQ_ASSIGN(const auto objects, ListAll(context.store, folder.uri()));
  return RemoveAll(
      objects, [&](const Uri& uri) { return IsScratch(uri, folder); }, context, still_ours);
}

Status RemovePlanned(const RunFolder& folder, const PublishContext& context, EventSink& events,
                     const std::function<Status()>& still_ours) {
  PQ_ASSIGN(const auto begun, LookUp(context.store, folder.plan_begun()));
  if (begun) {
    PQ_RETURN_NOT_OK(still_ours());
    PQ_RETURN_NOT_OK(context.store.Delete(begun->id()));
  }
  PQ_ASSIGN(const auto objects, ListAll(context.store, folder.plan()));
  if (!begun && objects.empty()) return Status::OK();
  PQ_RETURN_NOT_OK(AbandonBelow(folder.plan(), context.store, events));
  PQ_RETURN_NOT_OK(RemoveAll(
      objects, [&](const Uri& uri) { return IsPlanned(uri, folder); }, context, still_ours));
  RemoveEmptyPlanFolders(folder);
  return Status::OK();
}

Status AbandonOutputs(const std::vector<const Uri*>& outputs, const PublishContext& context,
                      EventSink& events) {
  std::atomic<bool> told = false;
  return context.executor.ForEach(
      static_cast<int64_t>(outputs.size()), context.width, [&](int64_t i) {
        const Uri& output = *outputs[static_cast<size_t>(i)];
        return AbandonAt(
            output, [&](const Uri& uri) { return uri == output; }, context.store, events, &told);
      });
}

Status RemoveList(const RunFolder& folder, ObjectStore& store) {
  PQ_ASSIGN(const auto found, LookUp(store, folder.list()));
  return found ? store.Delete(found->id()) : Status::OK();
}

namespace {

void RemoveIfEmpty(const Uri& root, std::initializer_list<Uri> folders) {
  if (root.scheme != Scheme::kLocal) return;
  std::vector<std::string> paths;
  for (const Uri& uri : folders) paths.push_back(uri.key.substr(0, uri.key.size() - 1));
  RemoveFolders(std::move(paths));
}

}  // namespace

void RemoveEmptyFolders(const RunFolder& folder) {
  RemoveIfEmpty(folder.root, {folder.staged_folder(), folder.uri(), RunsFolder(folder.root)});
}

void RemoveEmptyPlanFolders(const RunFolder& folder) {
  RemoveIfEmpty(folder.root, {folder.plan_staged_folder(), folder.plan_receipts(), folder.plan(),
                              PlansFolder(folder.root), RunsFolder(folder.root)});
}

}  // namespace pqpack
