// SPDX-License-Identifier: Apache-2.0
#include "commit/swap_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "catalog/visible_objects.h"
#include "commit/record.h"
#include "store/sha256.h"

namespace pqpack {
namespace {

constexpr std::string_view kKind = "pqpack swap";
constexpr int64_t kMostBytes = kGiB;

int64_t Nanos(TimePoint time) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}

Record ToRecord(const SeenFiles& seen) {
  return {{"files", seen.files},
          {"bytes", seen.bytes},
          {"newest_ns", Nanos(seen.newest)},
          {"sha256", seen.digest}};
}

Result<SeenFiles> SeenOf(const Record& record, const char* name, const std::string& where) {
  const auto found = record.find(name);
  if (found == record.end() || !found->is_object()) {
    return Damaged(where, fmt::format("no valid '{}'", name));
  }
  SeenFiles seen;
  PQ_ASSIGN(seen.files, NumberOf(*found, "files", where));
  PQ_ASSIGN(seen.bytes, NumberOf(*found, "bytes", where));
  PQ_ASSIGN(const int64_t newest, NumberOf(*found, "newest_ns", where));
  seen.newest =
      TimePoint(std::chrono::duration_cast<TimePoint::duration>(std::chrono::nanoseconds(newest)));
  PQ_ASSIGN(seen.digest, TextOf(*found, "sha256", where));
  return seen;
}

std::string_view NextLine(std::string_view* text) {
  const auto line = text->substr(0, text->find('\n'));
  text->remove_prefix(std::min(text->size(), line.size() + 1));
  return line;
}

}  // namespace

Result<std::vector<ObjectInfo>> ListPlace(ObjectStore& store, const Uri& place, bool locked) {
  auto objects = ListVisible(store, place, locked);
  if (CodeOf(objects.status()) == ErrorCode::kNotFound) return std::vector<ObjectInfo>{};
  return objects;
}

SeenFiles See(const Uri& location, const std::vector<ObjectInfo>& objects,
              std::optional<TimePoint> until) {
  SeenFiles seen;
  std::string names;
  for (const ObjectInfo& object : objects) {
    if (until && object.modified > *until) continue;
    ++seen.files;
    seen.bytes += object.size;
    seen.newest = std::max(seen.newest, object.modified);
    names += fmt::format("{}\n{}\n{}\n", object.uri.key.substr(location.AsFolder().key.size()),
                         object.etag, object.size);
  }
  seen.digest = Sha256Hex(AsBytes(names));
  return seen;
}

std::string ToJson(const SwapRecord& swap) {
  Record header = NewRecord(kKind);
  header["run"] = swap.run;
  header["table"] = swap.table;
  header["places"] = swap.places.size();
  std::string text = ToLine(header);
  for (const SwappedPlace& place : swap.places) {
    Record line = ToRecord(place.change);
    line["from_files"] = ToRecord(place.from);
    line["to_files"] = ToRecord(place.to);
    text += ToLine(line);
  }
  return text;
}

Result<SwapRecord> ParseSwapRecord(std::string_view json, const RunFolder& folder) {
  const std::string where = folder.swap_record().ToString();
  PQ_ASSIGN(const Record header, ParseRecord(NextLine(&json), kKind, where));
  SwapRecord swap;
  PQ_ASSIGN(swap.run, TextOf(header, "run", where));
  if (swap.run != folder.run) return Damaged(where, "of another run");
  PQ_ASSIGN(swap.table, TextOf(header, "table", where));
  PQ_ASSIGN(const int64_t places, NumberOf(header, "places", where));
  while (!json.empty()) {
    const Record line = Record::parse(NextLine(&json), nullptr, /*allow_exceptions=*/false);
    SwappedPlace place;
    PQ_ASSIGN(place.change, LocationChangeOf(line, where));
    PQ_ASSIGN(place.from, SeenOf(line, "from_files", where));
    PQ_ASSIGN(place.to, SeenOf(line, "to_files", where));
    swap.places.push_back(std::move(place));
  }
  if (static_cast<int64_t>(swap.places.size()) != places) {
    return Damaged(where, "not as many places as it says");
  }
  return swap;
}

Result<std::optional<SwapRecord>> LoadSwapRecord(ObjectStore& store, const RunFolder& folder) {
  PQ_ASSIGN(const auto stored, ReadText(store, folder.swap_record(), kMostBytes));
  if (!stored) return std::nullopt;
  PQ_ASSIGN(auto swap, ParseSwapRecord(stored->text, folder));
  return swap;
}

}  // namespace pqpack
