// SPDX-License-Identifier: Apache-2.0
#include "commit/signpost.h"

#include <functional>
#include <set>

#include "catalog/partition_path.h"
#include "commit/clean.h"
#include "commit/record.h"

namespace pqpack {
namespace {

constexpr std::string_view kKind = "pqpack journal elsewhere";

// A run that is begun more than once does not remove what a later beginning has put there.
std::string TextOfSignpost(const Journal& journal) {
  Record record = NewRecord(kKind);
  record["run"] = journal.state().run;
  record["root"] = ToAscii(journal.folder().root);
  if (!journal.state().attempt.empty()) record["attempt"] = journal.state().attempt;
  return ToLine(record);
}

// `step` with the run's folder in each of the places.
Status Each(const Journal& journal, const PublishContext& context,
            const std::function<Status(const RunFolder&)>& step) {
  std::vector<Uri> places = journal.state().signposts;
  if (journal.state().destination) places.push_back(*journal.state().destination);
  return context.executor.ForEach(
      static_cast<int64_t>(places.size()), context.width, [&](int64_t i) {
        return step({places[static_cast<size_t>(i)].AsFolder(), journal.state().run});
      });
}

}  // namespace

Status PutSignposts(const Journal& journal, const PublishContext& context) {
  const std::string text = TextOfSignpost(journal);
  return Each(journal, context, [&](const RunFolder& there) {
    return WriteText(context.store, there.journal(), text, {WriteCondition::kOverwrite, {}})
        .status();
  });
}

Status RemoveSignposts(const Journal& journal, const PublishContext& context) {
  const std::string text = TextOfSignpost(journal);
  return Each(journal, context, [&](const RunFolder& there) -> Status {
    PQ_ASSIGN(const auto stored, ReadText(context.store, there.journal(), kMostRecordBytes));
    if (!stored || stored->text != text) return Status::OK();
    PQ_RETURN_NOT_OK(context.store.Delete(stored->info.id()));
    RemoveEmptyFolders(there);
    return Status::OK();
  });
}

std::optional<Uri> SignpostRoot(std::string_view text, const RunFolder& folder) {
  const std::string where = folder.journal().ToString();
  const auto record = ParseRecord(text, kKind, where);
  if (!record.ok()) return std::nullopt;
  const auto run = TextOf(*record, "run", where);
  const auto root = UriOf(*record, "root", where);
  if (!run.ok() || !root.ok() || *run != folder.run) return std::nullopt;
  if (*root == folder.root) return std::nullopt;  // it leads nowhere
  return *root;
}

Result<std::optional<Uri>> FindSignpost(ObjectStore& store, const RunFolder& folder) {
  PQ_ASSIGN(const auto stored, ReadText(store, folder.journal(), kMostJournalBytes));
  return stored ? SignpostRoot(stored->text, folder) : std::nullopt;
}

bool HasEnded(ObjectStore& store, const Uri& root, const RunFolder& folder) {
  if (root.scheme != folder.root.scheme) return false;
  const auto journal = LookUp(store, RunFolder{root, folder.run}.journal());
  return journal.ok() ? !journal->has_value() : CodeOf(journal.status()) == ErrorCode::kNotFound;
}

Status RemoveStaleSignpost(ObjectStore& store, const RunFolder& folder) {
  PQ_ASSIGN(const auto stored, ReadText(store, folder.journal(), kMostJournalBytes));
  if (!stored) return Status::OK();
  const auto root = SignpostRoot(stored->text, folder);
  if (!root || !HasEnded(store, *root, folder)) return Status::OK();
  return store.Delete(stored->info.id());
}

std::vector<Uri> SignpostPlaces(const std::vector<Uri>& outside) {
  std::set<Uri> above;
  for (const Uri& place : outside) above.insert(AboveKeys(place));
  return {above.begin(), above.end()};
}

}  // namespace pqpack
