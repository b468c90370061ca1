// SPDX-License-Identifier: Apache-2.0
#include "commit/publish.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "commit/publish_group.h"

namespace pqpack {
void Add(PublishReport&& part, PublishReport* sum) {
  sum->files += part.files;
  sum->bytes += part.bytes;
  sum->removed += part.removed;
  sum->late += part.late;
  std::ranges::move(part.changed, std::back_inserter(sum->changed));
  std::ranges::move(part.failed, std::back_inserter(sum->failed));
}

Status PublishReport::ToStatus() const {
  if (!failed.empty()) {
    const Status& why = failed.front().why;
    return Error(ErrorCode::kSourceChanged, why.message(), ActionOf(why));
  }
  if (changed.empty()) return Status::OK();
  return Error(ErrorCode::kSourceChanged,
               changed.front().uri.ToString() +
                   ": replaced while its rows were published: it was left, beside its old rows",
               "Look at what it holds: what was in it before is in the published files.");
}

int64_t Steps(const PublishList& list) {
  size_t steps = 0;
  for (const PublishGroup& group : list.groups) {
    steps += group.files.size() + group.carried.size() + group.remove.size();
  }
  return static_cast<int64_t>(steps);
}

Status CheckNamesAreFree(const PublishList& list, const PublishContext& context) {
  const std::vector<const Uri*> outputs = list.outputs();
  return context.executor.ForEach(
      static_cast<int64_t>(outputs.size()), context.width, [&](int64_t i) -> Status {
        const Uri& output = *outputs[static_cast<size_t>(i)];
        PQ_ASSIGN(const auto found, LookUp(context.store, output));
        if (!found) return Status::OK();
        return Error(ErrorCode::kAlreadyExists, output.ToString() + ": the name is taken",
                     "Choose an empty target, or move this file away. Nothing was published.");
      });
}

Result<PublishReport> Publish(const PublishList& list, const RunFolder& folder,
                              const PublishContext& context,
                              const std::function<Status()>& still_ours) {
  PQ_RETURN_NOT_OK(CheckPublishList(list, folder, context.allowed));
  std::vector<std::unique_ptr<GroupPublisher>> groups;
  groups.reserve(list.groups.size());
  for (size_t i = 0; i < list.groups.size(); ++i) {
    groups.push_back(std::make_unique<GroupPublisher>(list.groups[i], i, context, still_ours));
  }
  const Status done =
      context.executor.ForEach(static_cast<int64_t>(groups.size()), context.width,
                               [&](int64_t i) { return groups[static_cast<size_t>(i)]->Run(); });
  if (!done.ok()) {
    PQ_RETURN_NOT_OK(still_ours());  // the reason for whatever went wrong
    return done;
  }
  PublishReport report;
  for (const auto& group : groups) Add(std::move(group->report()), &report);
  return report;
}

}  // namespace pqpack
