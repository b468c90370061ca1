// SPDX-License-Identifier: Apache-2.0
//
// What a swap has changed in the catalog, and what readers saw below both places then.  It stays
// as `_pqpack/swaps/RUN.json` of the run's root, for `pqpack undo` (undo.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "commit/publish_list.h"
#include "commit/run_folder.h"

namespace pqpack {

// Locations that are changed together: as many as Glue changes by one request.
inline constexpr size_t kChangesAtOnce = 100;

// What readers see below `place`, nothing where there is no such folder.  `locked`: nobody else
// gets to work at its top, so what tries to is no reason to stop.
Result<std::vector<ObjectInfo>> ListPlace(ObjectStore& store, const Uri& place, bool locked);

// The files that readers see below a location, all of them or those up to a time.
struct SeenFiles {
  int64_t files = 0;
  int64_t bytes = 0;
  TimePoint newest = {};    // of the last one that was written, by the store's clock
  std::string digest = {};  // SHA-256 of their names, versions and sizes, in key order

  bool operator==(const SeenFiles&) const = default;
};
SeenFiles See(const Uri& location, const std::vector<ObjectInfo>& objects,
              std::optional<TimePoint> until = {});

struct SwappedPlace {
  LocationChange change;
  SeenFiles from;
  SeenFiles to;
};

struct SwapRecord {
  std::string run;
  std::string table;  // the catalog's name of it
  std::vector<SwappedPlace> places;
};

// A header, then a line for each place.
std::string ToJson(const SwapRecord& record);
Result<SwapRecord> ParseSwapRecord(std::string_view json, const RunFolder& folder);

// nullopt: there is none.  kCorrupt, kUnsupported.
Result<std::optional<SwapRecord>> LoadSwapRecord(ObjectStore& store, const RunFolder& folder);

}  // namespace pqpack
