// SPDX-License-Identifier: Apache-2.0
#include "run/copied_by_store.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "execute/is_for_level3.h"

namespace pqpack {
namespace {

std::vector<PageFact> FactsOf(const ChunkDetails& seen) {
  std::vector<PageFact> facts;
  if (seen.first) facts.push_back(FactOf(seen.first->parsed, seen.first->offset));
  if (seen.first_data && seen.first_data->offset != seen.first->offset) {
    facts.push_back(FactOf(seen.first_data->parsed, seen.first_data->offset));
  }
  return facts;
}

}  // namespace

// S3 copies no range of an object that is not larger ("UploadPartCopy", API reference), and a
// part that is not the last must be as large.  What is small elsewhere is read at once, too:
// that costs no more than to look at footer and first pages, and shows more.
int64_t LeastToCopy(Scheme scheme) { return scheme == Scheme::kS3 ? 5 * kMiB : kMiB; }

// What stands before it in the output may be less than a part, which is then filled up from here
// (store/s3/writer.cc): of twice as much, half at least does not pass through here.
int64_t LeastToAppend(Scheme scheme) {
  return scheme == Scheme::kS3 ? 2 * LeastToCopy(scheme) : LeastToCopy(scheme);
}

bool StoreCannot(const Status& status) {
  const ErrorCode code = CodeOf(status);
  return IsForLevel3(status) || code == ErrorCode::kMismatch || code == ErrorCode::kDenied ||
         code == ErrorCode::kInvalid;
}

std::vector<std::vector<PageFact>> FactsOf(std::span<const ChunkDetails> columns) {
  std::vector<std::vector<PageFact>> facts;
  facts.reserve(columns.size());
  for (const ChunkDetails& seen : columns) facts.push_back(FactsOf(seen));
  return facts;
}

Status CheckStored(const ObjectInfo& object, int64_t size, ObjectStore& store) {
  const auto found = store.Find(object.uri);
  if (!found.ok() || found->etag != object.etag || found->size == size) return Status::OK();
  const Status removed = store.Delete(object.id());
  return Error(ErrorCode::kInternal,
               fmt::format("{}: the store made {} bytes of {}{}", object.uri.ToString(),
                           found->size, size, removed.ok() ? "" : ", and it could not be removed"),
               "Remove it, and run again with --engine reencode.");
}

}  // namespace pqpack
