// SPDX-License-Identifier: Apache-2.0
#include "run/stale_summaries.h"

#include <fmt/format.h>

#include <algorithm>

namespace pqpack {

void WarnOfStaleSummaries(const std::vector<Uri>& folders, ObjectStore& store, Executor& executor,
                          int width, EventSink& events) {
  std::vector<char> found(folders.size(), false);
  (void)executor.ForEach(static_cast<int64_t>(folders.size()), width, [&](int64_t i) {
    const auto at = static_cast<size_t>(i);
    found[at] = store.Find(folders[at].Child("_metadata")).ok();
    return Status::OK();
  });
  const auto first = std::ranges::find(found, true);
  if (first == found.end()) return;
  const Uri& where = folders[static_cast<size_t>(first - found.begin())];
  const auto more = std::count(first + 1, found.end(), true);
  events.Emit(
      Warning{fmt::format("{} names files that were deleted{}: remove it, some readers go by it",
                          where.Child("_metadata").ToString(),
                          more == 0 ? "" : fmt::format(", as do {} more of other folders", more))});
}

}  // namespace pqpack
