// SPDX-License-Identifier: Apache-2.0
#include "commit/journal.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "commit/record.h"
#include "commit/signpost.h"

namespace pqpack {
namespace {

constexpr std::string_view kKind = "pqpack journal";
constexpr std::array<std::string_view, 5> kModes = {"copy", "in-place", "move", "swap",
                                                    "catalog-move"};
constexpr std::array<std::string_view, 5> kPhases = {"staging", "publishing", "switching",
                                                     "cleaning", "rolling-back"};

std::string TextOfJournal(const JournalState& state) {
  Record record = NewRecord(kKind);
  record["run"] = state.run;
  record["mode"] = ToString(state.mode);
  record["phase"] = ToString(state.phase);
  record["list_sha256"] = state.list_digest;
  if (!state.attempt.empty()) record["attempt"] = state.attempt;
  if (!state.table.empty()) record["table"] = state.table;
  if (!state.catalog_id.empty()) record["catalog_id"] = state.catalog_id;
  if (state.destination) record["destination"] = ToAscii(*state.destination);
  if (!state.signposts.empty()) {
    Record& signposts = record["signposts"] = Record::array();
    for (const Uri& place : state.signposts) signposts.push_back(ToAscii(place));
  }
  return ToLine(record);
}

Result<std::string> CappedText(const JournalState& state, const RunFolder& folder) {
  std::string text = TextOfJournal(state);
  if (static_cast<int64_t>(text.size()) <= kMostJournalBytes) return text;
  return Error(ErrorCode::kConfig,
               fmt::format("{}: the partitions lie in {} places outside of it, more than one run "
                           "can announce",
                           folder.root.ToString(), state.signposts.size()),
               "Select some by --partition_predicate.");
}

// A word that is not known is not guessed: what it asks for may be anything.
template <typename Enum, size_t N>
Result<Enum> KnownWord(const std::array<std::string_view, N>& words, const Record& record,
                       const char* name, const std::string& where) {
  PQ_ASSIGN(const std::string word, TextOf(record, name, where));
  for (size_t i = 0; i < N; ++i) {
    if (words[i] == word) return static_cast<Enum>(i);
  }
  return Error(ErrorCode::kUnsupported, fmt::format("{}: unknown {} '{}'", where, name, word),
               "Use the pqpack that wrote it. Nothing was changed.");
}

Result<JournalState> ParseJournal(std::string_view text, const RunFolder& folder) {
  const std::string where = folder.journal().ToString();
  PQ_ASSIGN(const Record record, ParseRecord(text, kKind, where));
  JournalState state;
  PQ_ASSIGN(state.run, TextOf(record, "run", where));
  if (state.run != folder.run) return Damaged(where, "of another run");
  PQ_ASSIGN(state.mode, KnownWord<PublishMode>(kModes, record, "mode", where));
  PQ_ASSIGN(state.phase, KnownWord<Phase>(kPhases, record, "phase", where));
  PQ_ASSIGN(state.list_digest, TextOf(record, "list_sha256", where));
  PQ_ASSIGN(state.attempt, TextOrNone(record, "attempt", where));
  if (LeadsCatalog(state.mode)) {
    PQ_ASSIGN(state.table, TextOf(record, "table", where));
    PQ_ASSIGN(state.catalog_id, TextOrNone(record, "catalog_id", where));
    PQ_ASSIGN(state.destination, UriOf(record, "destination", where));
  }
  PQ_ASSIGN(state.signposts, UrisOf(record, "signposts", where));
  return state;
}

}  // namespace

std::string_view ToString(PublishMode mode) { return kModes[static_cast<size_t>(mode)]; }
std::string_view ToString(Phase phase) { return kPhases[static_cast<size_t>(phase)]; }

Result<Journal> Journal::Begin(ObjectStore& store, RunFolder folder, JournalState state) {
  state.run = folder.run;
  state.phase = Phase::kStaging;
  PQ_ASSIGN(const std::string text, CappedText(state, folder));
  PQ_ASSIGN(auto info, WriteText(store, folder.journal(), text, {WriteCondition::kIfAbsent, {}}));
  return Journal(&store, std::move(folder), std::move(state), std::move(info));
}

Result<std::optional<Journal>> Journal::Load(ObjectStore& store, RunFolder folder) {
  PQ_ASSIGN(auto stored, ReadText(store, folder.journal(), kMostJournalBytes));
  if (!stored) return std::nullopt;
  if (const auto root = SignpostRoot(stored->text, folder)) {
    const bool known = Contains(*root, folder.root) || IsSwapPlace(*root, folder.root);
    return Error(ErrorCode::kAlreadyExists,
                 fmt::format("{}: a run is at work here, or has died, that is kept at {}",
                             folder.uri().ToString(), root->ToString()),
                 "Wait for its end, or run pqpack recover " + root->ToString() +
                     (known ? "" : " --also " + folder.root.ToString()) + ".");
  }
  PQ_ASSIGN(auto state, ParseJournal(stored->text, folder));
  return Journal(&store, std::move(folder), std::move(state), std::move(stored->info));
}

Status Journal::Advance(Phase phase, std::string list_digest) {
  JournalState next = state_;
  next.phase = phase;
  if (!list_digest.empty()) next.list_digest = std::move(list_digest);
  return Store(std::move(next));
}

Status Journal::Announce(std::vector<Uri> signposts) {
  JournalState next = state_;
  next.signposts = std::move(signposts);
  return Store(std::move(next));
}

Status Journal::Store(JournalState next) {
  PQ_ASSIGN(const std::string text, CappedText(next, folder_));
  auto info = WriteText(*store_, folder_.journal(), text, {WriteCondition::kIfMatch, info_.etag});
  if (CodeOf(info.status()) == ErrorCode::kSourceChanged ||
      CodeOf(info.status()) == ErrorCode::kNotFound) {
    return Error(ErrorCode::kSourceChanged,
                 fmt::format("{}: somebody else went on with run {}, which was taken for dead",
                             folder_.journal().ToString(), folder_.run),
                 "Run again.");
  }
  PQ_RETURN_NOT_OK(info.status());
  state_ = std::move(next);
  info_ = *std::move(info);
  return Status::OK();
}

Status Journal::Remove() { return store_->Delete(info_.id()); }

}  // namespace pqpack
