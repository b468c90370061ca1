// SPDX-License-Identifier: Apache-2.0
#include "commit/signpost.h"

#include <string>

#include "commit/record.h"

namespace pqpack {
namespace {

constexpr std::string_view kKind = "pqpack journal elsewhere";

RunFolder At(const RunFolder& folder, const Uri& destination) {
  return {destination.AsFolder(), folder.run};
}

}  // namespace

Status PutSignpost(ObjectStore& store, const RunFolder& folder, const Uri& destination) {
  Record record = NewRecord(kKind);
  record["run"] = folder.run;
  record["root"] = ToAscii(folder.root);
  return WriteText(store, At(folder, destination).journal(), ToLine(record),
                   {WriteCondition::kIfAbsent, {}})
      .status();
}

Status RemoveSignpost(ObjectStore& store, const RunFolder& folder, const Uri& destination) {
  const RunFolder there = At(folder, destination);
  PQ_ASSIGN(const auto stored, ReadText(store, there.journal(), kMostRecordBytes));
  if (!stored || SignpostRoot(stored->text, there) != folder.root) return Status::OK();
  return store.Delete(stored->info.id());
}

std::optional<Uri> SignpostRoot(std::string_view text, const RunFolder& folder) {
  const std::string where = folder.journal().ToString();
  const auto record = ParseRecord(text, kKind, where);
  if (!record.ok()) return std::nullopt;
  const auto run = TextOf(*record, "run", where);
  const auto root = UriOf(*record, "root", where);
  if (!run.ok() || !root.ok() || *run != folder.run) return std::nullopt;
  return *root;
}

Status RemoveStaleSignpost(ObjectStore& store, const RunFolder& folder) {
  PQ_ASSIGN(const auto stored, ReadText(store, folder.journal(), kMostRecordBytes));
  if (!stored) return Status::OK();
  const auto root = SignpostRoot(stored->text, folder);
  if (!root || root->scheme != folder.root.scheme || *root == folder.root) return Status::OK();
  const auto journal = LookUp(store, RunFolder{*root, folder.run}.journal());
  const bool ended =
      journal.ok() ? !journal->has_value() : CodeOf(journal.status()) == ErrorCode::kNotFound;
  return ended ? store.Delete(stored->info.id()) : Status::OK();
}

}  // namespace pqpack
