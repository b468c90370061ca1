// SPDX-License-Identifier: Apache-2.0
//
// What a store does with conditions, found out with a scratch object: some take the header and
// ignore it (older S3-compatible servers; MinIO deletes whatever If-Match says).
#pragma once

#include <string>
#include <vector>

#include "commit/run_folder.h"
#include "store/object_store.h"

namespace pqpack {

struct StoreConditions {
  bool creates_if_absent = false;
  bool replaces_if_match = false;
  bool deletes_if_match = false;

  bool all() const { return creates_if_absent && replaces_if_match && deletes_if_match; }
  // Those that are ignored, for messages: "If-None-Match on PUT, If-Match on DELETE".
  std::string Missing() const;
};

// Writes `folder.probe()` a few times and removes it.  Six requests.
Result<StoreConditions> ProbeConditions(ObjectStore& store, const RunFolder& folder);

// What time it is for the store: that of a scratch object written now.  Three requests.
Result<TimePoint> StoreTime(ObjectStore& store, const RunFolder& folder);

}  // namespace pqpack
