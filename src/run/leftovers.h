// SPDX-License-Identifier: Apache-2.0
//
// What a killed run left for the names that this run writes: found once at the
// start (one request on S3), removed as each name comes up, and nothing else is
// ever touched.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/events.h"
#include "base/status.h"
#include "store/object_store.h"

namespace pqpack {

class Leftovers {
 public:
  Leftovers() = default;

  // Without the permission to look, one Warning is emitted and nothing removed.
  static Result<Leftovers> Find(ObjectStore& store, const Uri& place, EventSink& events);

  // Best effort: what can't be removed now is found again by the next run.
  void RemoveFor(const Uri& output, ObjectStore& store);

 private:
  std::map<std::string, std::vector<UnfinishedWrite>> by_key_;
};

}  // namespace pqpack
