// SPDX-License-Identifier: Apache-2.0
//
// An upload that is listed at the start was begun before the start.  That it may
// belong to a second run on the same destination can't be told on S3; that run then
// fails this one file with "run again", and the file is written here, so nothing is
// lost.  The local store lists only temporaries whose writer is dead.
#include "run/leftovers.h"

namespace pqpack {

Result<Leftovers> Leftovers::Find(ObjectStore& store, const Uri& place, EventSink& events) {
  Leftovers leftovers;
  auto found = store.Unfinished(place);
  if (!found.ok()) {
    switch (CodeOf(found.status())) {
      case ErrorCode::kNotFound:  // a new folder is fine, a missing bucket is not
        if (place.scheme == Scheme::kLocal) return leftovers;
        return found.status();
      case ErrorCode::kDenied:
      case ErrorCode::kUnsupported:
        events.Emit(Warning{"unfinished uploads of an earlier run can't be looked for: " +
                            found.status().message() + ". " + ActionOf(found.status())});
        return leftovers;
      default:
        return found.status();
    }
  }
  for (auto& write : *found) {
    leftovers.by_key_[write.uri.key].push_back(std::move(write));
  }
  return leftovers;
}

void Leftovers::RemoveFor(const Uri& output, ObjectStore& store) {
  const auto found = by_key_.find(output.key);
  if (found == by_key_.end()) return;
  for (const auto& write : found->second) (void)store.Abandon(write);
  by_key_.erase(found);
}

}  // namespace pqpack
