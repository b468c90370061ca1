// SPDX-License-Identifier: Apache-2.0
#include "commit/clean.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "store/local_folder.h"

namespace pqpack {
namespace {

// Abandons what is unfinished at `place` itself or, where `below` is asked for, below it too.
// Without the permission to look, that is said once and nothing is done.
Status AbandonAt(const Uri& place, bool below, ObjectStore& store, EventSink& events,
                 std::atomic<bool>* told) {
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
    if (below || write.uri == place) PQ_RETURN_NOT_OK(store.Abandon(write));
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

Result<std::map<std::string, std::vector<ObjectInfo>>> ListRuns(ObjectStore& store,
                                                                const Uri& root) {
  std::map<std::string, std::vector<ObjectInfo>> runs;
  const Uri place = RunsFolder(root);
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

Status AbandonBelow(const Uri& folder, ObjectStore& store, EventSink& events) {
  std::atomic<bool> told = false;
  return AbandonAt(folder, /*below=*/true, store, events, &told);
}

namespace {

// Of what runs write but the journal and the list.  Anything else is not ours, and on a local disk
// it may be reached through a link that leads elsewhere.
bool IsScratch(const Uri& uri, const RunFolder& folder) {
  if (uri == folder.probe()) return true;
  const std::string staged = folder.staged_folder().key;
  if (!uri.key.starts_with(staged)) return false;
  std::string_view name = std::string_view(uri.key).substr(staged.size());
  if (!name.starts_with('_') || !name.ends_with(".staged")) return false;
  name = name.substr(1, name.size() - 1 - std::string_view(".staged").size());
  return !name.empty() && std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

Status RemoveStaged(const RunFolder& folder, const PublishContext& context, EventSink& events,
                    const std::function<Status()>& still_ours) {
  PQ_RETURN_NOT_OK(AbandonBelow(folder.uri(), context.store, events));
  PQ_ASSIGN(const auto objects, ListAll(context.store, folder.uri()));
  return context.executor.ForEach(static_cast<int64_t>(objects.size()), context.width,
                                  [&](int64_t i) -> Status {
                                    const ObjectInfo& object = objects[static_cast<size_t>(i)];
                                    if (!IsScratch(object.uri, folder)) return Status::OK();
                                    PQ_RETURN_NOT_OK(still_ours());
                                    return context.store.Delete(object.id());
                                  });
}

Status AbandonOutputs(const PublishList& list, const PublishContext& context, EventSink& events) {
  std::atomic<bool> told = false;
  const std::vector<const Uri*> outputs = list.outputs();
  return context.executor.ForEach(static_cast<int64_t>(outputs.size()), context.width,
                                  [&](int64_t i) {
                                    return AbandonAt(*outputs[static_cast<size_t>(i)],
                                                     /*below=*/false, context.store, events, &told);
                                  });
}

Status RemoveList(const RunFolder& folder, ObjectStore& store) {
  PQ_ASSIGN(const auto found, LookUp(store, folder.list()));
  return found ? store.Delete(found->id()) : Status::OK();
}

void RemoveEmptyFolders(const RunFolder& folder) {
  if (folder.root.scheme != Scheme::kLocal) return;
  std::vector<std::string> paths;
  for (const Uri& uri : {folder.staged_folder(), folder.uri(), RunsFolder(folder.root)}) {
    paths.push_back(uri.key.substr(0, uri.key.size() - 1));
  }
  RemoveFolders(std::move(paths));
}

}  // namespace pqpack
