// SPDX-License-Identifier: Apache-2.0
#include "commit/probe_store.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "commit/record.h"

namespace pqpack {
namespace {

// True if the store refused with `refusal`, false if it did what it was asked for.
Result<bool> Refused(const Status& status, ErrorCode refusal) {
  if (status.ok()) return false;
  if (CodeOf(status) == refusal) return true;
  return status;
}

// A version that the object does not have, in the form of one that it has.
ObjectId OtherVersion(ObjectId id) {
  for (char& c : id.etag) {
    if (c >= '0' && c <= '9') c = c == '9' ? '0' : static_cast<char>(c + 1);
  }
  id.etag += id.etag.empty() ? "0" : "";
  return id;
}

Status RemoveScratch(ObjectStore& store, const Uri& uri) {
  PQ_ASSIGN(const auto found, LookUp(store, uri));
  return found ? store.Delete(found->id()) : Status::OK();
}

}  // namespace

std::string StoreConditions::Missing() const {
  std::vector<std::string> missing;
  if (!creates_if_absent) missing.emplace_back("If-None-Match on PUT");
  if (!replaces_if_match) missing.emplace_back("If-Match on PUT");
  if (!deletes_if_match) missing.emplace_back("If-Match on DELETE");
  return fmt::format("{}", fmt::join(missing, ", "));
}

Result<StoreConditions> ProbeConditions(ObjectStore& store, const RunFolder& folder) {
  const Uri uri = folder.probe();
  StoreConditions found;
  PQ_ASSIGN(ObjectInfo first, WriteText(store, uri, "1", {WriteCondition::kOverwrite, {}}));
  PQ_ASSIGN(found.creates_if_absent,
            Refused(WriteText(store, uri, "22", {WriteCondition::kIfAbsent, {}}).status(),
                    ErrorCode::kAlreadyExists));
  const WriteCondition other{WriteCondition::kIfMatch, OtherVersion(first.id()).etag};
  PQ_ASSIGN(found.replaces_if_match,
            Refused(WriteText(store, uri, "333", other).status(), ErrorCode::kSourceChanged));
  PQ_ASSIGN(const auto now, LookUp(store, uri));
  if (now) {
    PQ_ASSIGN(found.deletes_if_match,
              Refused(store.Delete(OtherVersion(now->id())), ErrorCode::kSourceChanged));
  }
  PQ_RETURN_NOT_OK(RemoveScratch(store, uri));
  return found;
}

Result<TimePoint> StoreTime(ObjectStore& store, const RunFolder& folder) {
  PQ_RETURN_NOT_OK(
      WriteText(store, folder.probe(), "time", {WriteCondition::kOverwrite, {}}).status());
  // Asked of the store: what a writer returns may be this machine's time.
  PQ_ASSIGN(const ObjectInfo info, store.Find(folder.probe()));
  PQ_RETURN_NOT_OK(store.Delete(info.id()));
  return info.modified;
}

}  // namespace pqpack
