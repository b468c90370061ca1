// SPDX-License-Identifier: Apache-2.0
#include "commit/journal.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "commit/record.h"

namespace pqpack {
namespace {

constexpr std::string_view kKind = "pqpack journal";
constexpr std::array<std::string_view, 3> kModes = {"copy", "in-place", "move"};
constexpr std::array<std::string_view, 4> kPhases = {"staging", "publishing", "cleaning",
                                                     "rolling-back"};

std::string TextOfJournal(const JournalState& state) {
  Record record = NewRecord(kKind);
  record["run"] = state.run;
  record["mode"] = ToString(state.mode);
  record["phase"] = ToString(state.phase);
  record["list_sha256"] = state.list_digest;
  if (!state.attempt.empty()) record["attempt"] = state.attempt;
  return ToLine(record);
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
  if (record.contains("attempt")) {
    PQ_ASSIGN(state.attempt, TextOf(record, "attempt", where));
  }
  return state;
}

}  // namespace

std::string_view ToString(PublishMode mode) { return kModes[static_cast<size_t>(mode)]; }
std::string_view ToString(Phase phase) { return kPhases[static_cast<size_t>(phase)]; }

Result<Journal> Journal::Begin(ObjectStore& store, RunFolder folder, PublishMode mode,
                               std::string attempt) {
  JournalState state{folder.run, mode, Phase::kStaging, {}, std::move(attempt)};
  PQ_ASSIGN(auto info, WriteText(store, folder.journal(), TextOfJournal(state),
                                 {WriteCondition::kIfAbsent, {}}));
  return Journal(&store, std::move(folder), std::move(state), std::move(info));
}

Result<std::optional<Journal>> Journal::Load(ObjectStore& store, RunFolder folder) {
  PQ_ASSIGN(auto stored, ReadText(store, folder.journal(), kMostRecordBytes));
  if (!stored) return std::nullopt;
  PQ_ASSIGN(auto state, ParseJournal(stored->text, folder));
  return Journal(&store, std::move(folder), std::move(state), std::move(stored->info));
}

Status Journal::Advance(Phase phase, std::string list_digest) {
  JournalState next = state_;
  next.phase = phase;
  if (!list_digest.empty()) next.list_digest = std::move(list_digest);
  auto info = WriteText(*store_, folder_.journal(), TextOfJournal(next),
                        {WriteCondition::kIfMatch, info_.etag});
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
