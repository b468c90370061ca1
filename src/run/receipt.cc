// SPDX-License-Identifier: Apache-2.0
#include "run/receipt.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <string_view>
#include <thread>
#include <utility>

#include "commit/record.h"
#include "inspect/read_footer.h"
#include "run/task_runner.h"
#include "store/read_ahead_file.h"
#include "store/sha256.h"

namespace pqpack {
namespace {

constexpr std::string_view kKind = "pqpack receipt";
constexpr int64_t kMostBytes = 16 * kMiB;
constexpr int kTries = 10;

constexpr std::array kOfTheTask = {
    ErrorCode::kNotFound, ErrorCode::kSourceChanged, ErrorCode::kDenied,   ErrorCode::kCorrupt,
    ErrorCode::kTooLarge, ErrorCode::kUnsupported,   ErrorCode::kMismatch, ErrorCode::kInternal};

Record ProofRecord(const ProofCounts& proof) {
  return {{"by_structure", proof.by_structure},
          {"by_content", proof.by_content},
          {"page_bytes", proof.page_bytes},
          {"content_bytes", proof.content_bytes}};
}

// 7 of "_7-BY.staged".
std::optional<size_t> StagedNumber(std::string_view name) {
  size_t number = 0;
  if (!name.starts_with('_')) return std::nullopt;
  const char* end = name.data() + name.size();
  const auto [at, error] = std::from_chars(name.data() + 1, end, number);
  if (error != std::errc() || at == end || *at != '-') return std::nullopt;
  return number;
}

int64_t Milliseconds(double seconds) { return static_cast<int64_t>(seconds * 1000); }

std::string TextOfReceipt(const PlannedRun& planned, size_t task,
                          const Result<ProvenTask>& outcome) {
  Record record = NewRecord(kKind);
  record["plan_sha256"] = planned.digest;
  record["task"] = task;
  if (!outcome.ok()) {
    record["failed"] = {{"code", ToString(CodeOf(outcome.status()))},
                        {"error", outcome.status().message()},
                        {"action", ActionOf(outcome.status())}};
    return ToLine(record);
  }
  const TaskReceipt& receipt = outcome->receipt();
  record["rows"] = receipt.rows;
  record["bytes_decoded"] = receipt.bytes_decoded;
  record["bytes_by_level"] = receipt.bytes_by_level;
  record["merge_ms"] = Milliseconds(receipt.merge_seconds);
  record["proof_ms"] = Milliseconds(receipt.proof_seconds);
  record["proven"] = planned.options.proof.has_value();
  record["proof"] = ProofRecord(receipt.proof);
  record["warnings"] = Record::array();
  for (const Finding& warning : receipt.warnings) {
    record["warnings"].push_back({{"what", warning.what}, {"where", warning.where}});
  }
  record["staged"] = Record::array();
  for (const auto& [file, sha256] : receipt.staged) {
    Record entry = {{"uri", ToAscii(file.uri)}, {"etag", file.etag}, {"size", file.size}};
    if (!sha256.empty()) entry["sha256"] = sha256;
    record["staged"].push_back(std::move(entry));
  }
  return ToLine(record);
}

}  // namespace

class ReceiptParser {
 public:
  ReceiptParser(const PlannedRun& planned, size_t task)
      : planned_(planned),
        folder_(planned.folder()),
        task_(task),
        where_(folder_.plan_receipt(static_cast<int64_t>(task)).ToString()) {}

  // The outer error: it is no receipt of this task.
  Result<Result<ProvenTask>> Parse(std::string_view text) const {
    PQ_ASSIGN(const Record record, ParseRecord(text, kKind, where_));
    PQ_ASSIGN(const std::string plan, TextOf(record, "plan_sha256", where_));
    PQ_ASSIGN(const int64_t task, NumberOf(record, "task", where_));
    if (plan != planned_.digest || task != static_cast<int64_t>(task_)) {
      return Damaged(where_, "of another plan or task");
    }
    if (const auto failed = record.find("failed"); failed != record.end()) return Failure(*failed);
    TaskReceipt receipt;
    PQ_ASSIGN(receipt.rows, NumberOf(record, "rows", where_));
    PQ_ASSIGN(receipt.bytes_decoded, NumberOf(record, "bytes_decoded", where_));
    const auto proven = record.find("proven");
    if (planned_.options.proof && (proven == record.end() || *proven != true)) {
      return Damaged(where_, "it is not proven");
    }
    PQ_RETURN_NOT_OK(ReadCounts(record, "bytes_by_level", &receipt.bytes_by_level));
    PQ_ASSIGN(const int64_t merge_ms, NumberOf(record, "merge_ms", where_));
    PQ_ASSIGN(const int64_t proof_ms, NumberOf(record, "proof_ms", where_));
    receipt.merge_seconds = static_cast<double>(merge_ms) / 1000;
    receipt.proof_seconds = static_cast<double>(proof_ms) / 1000;
    PQ_RETURN_NOT_OK(ReadProof(record, &receipt.proof));
    PQ_RETURN_NOT_OK(ReadWarnings(record, &receipt.warnings));
    PQ_RETURN_NOT_OK(ReadStaged(record, &receipt.staged));
    return Result<ProvenTask>(ProvenTask(std::move(receipt)));
  }

 private:
  Result<Result<ProvenTask>> Failure(const Record& record) const {
    PQ_ASSIGN(const std::string code, TextOf(record, "code", where_));
    PQ_ASSIGN(std::string message, TextOf(record, "error", where_));
    PQ_ASSIGN(std::string action, TextOf(record, "action", where_));
    for (const ErrorCode known : kOfTheTask) {
      if (ToString(known) != code) continue;
      return Result<ProvenTask>(Error(known, std::move(message), std::move(action)));
    }
    return Damaged(where_, "an error that is not known");
  }

  Result<const Record*> List(const Record& record, const char* name) const {
    const auto found = record.find(name);
    if (found == record.end() || !found->is_array()) return Damaged(where_, "it is incomplete");
    return &*found;
  }

  template <size_t N>
  Status ReadCounts(const Record& record, const char* name, std::array<int64_t, N>* counts) const {
    PQ_ASSIGN(const Record* list, List(record, name));
    if (list->size() != N) return Damaged(where_, "it is incomplete");
    for (size_t i = 0; i < N; ++i) {
      const Record& entry = (*list)[i];
      if (!entry.is_number_integer()) return Damaged(where_, "a count is no number");
      (*counts)[i] = entry.get<int64_t>();
    }
    return Status::OK();
  }

  Status ReadProof(const Record& record, ProofCounts* proof) const {
    const auto found = record.find("proof");
    if (found == record.end()) return Damaged(where_, "it is incomplete");
    PQ_ASSIGN(proof->by_structure, NumberOf(*found, "by_structure", where_));
    PQ_ASSIGN(proof->by_content, NumberOf(*found, "by_content", where_));
    PQ_ASSIGN(proof->content_bytes, NumberOf(*found, "content_bytes", where_));
    return ReadCounts(*found, "page_bytes", &proof->page_bytes);
  }

  Status ReadWarnings(const Record& record, std::vector<Finding>* warnings) const {
    PQ_ASSIGN(const Record* list, List(record, "warnings"));
    for (const Record& entry : *list) {
      Finding& warning = warnings->emplace_back();
      PQ_ASSIGN(warning.what, TextOf(entry, "what", where_));
      PQ_ASSIGN(warning.where, TextOf(entry, "where", where_));
    }
    return Status::OK();
  }

  Status ReadStaged(const Record& record, std::vector<StagedOutput>* staged) const {
    PQ_ASSIGN(const Record* list, List(record, "staged"));
    if (list->empty()) return Damaged(where_, "it names no file");
    const Uri place = folder_.plan_staged_folder();
    // Ascending, but not without a gap: a set of files whose pages surprised was begun anew.
    size_t next = task_ * size_t{kMostOutputs};
    const size_t end = next + size_t{kMostOutputs};
    for (const Record& entry : *list) {
      auto& [file, sha256] = staged->emplace_back();
      PQ_ASSIGN(file.uri, UriOf(entry, "uri", where_));
      PQ_ASSIGN(file.etag, TextOf(entry, "etag", where_));
      PQ_ASSIGN(file.size, NumberOf(entry, "size", where_));
      if (NeedsDigests(place)) {
        PQ_ASSIGN(sha256, TextOf(entry, "sha256", where_));
      }
      const auto number = StagedNumber(file.uri.Name());
      if (file.uri != place.Child(file.uri.Name()) || !number || *number < next || *number >= end) {
        return Damaged(where_, file.uri.ToString() + " is no staged file of this task");
      }
      next = *number + 1;
    }
    return Status::OK();
  }

  const PlannedRun& planned_;
  const RunFolder folder_;
  const size_t task_;
  const std::string where_;
};

namespace {

Status NotProven(const ObjectInfo& file, std::string_view what) {
  return Error(ErrorCode::kSourceChanged, fmt::format("{}: {}", file.uri.ToString(), what),
               "Run pqpack execute: it does the task again.");
}

Status CheckBytes(ObjectStore& store, const StagedOutput& staged) {
  constexpr int64_t kPiece = 4 * kMiB;
  Sha256Sum sum;
  for (int64_t at = 0; at < staged.object.size; at += kPiece) {
    PQ_ASSIGN(const auto bytes, store.Read(staged.object.id(), {at, kPiece}));
    sum.Append({bytes->data(), static_cast<size_t>(bytes->size())});
  }
  if (sum.Hex() == staged.sha256) return Status::OK();
  return NotProven(staged.object, "its bytes are not those that were proven");
}

Result<int64_t> RowsIn(ObjectStore& store, const ObjectInfo& file) {
  ReadAheadOptions options;
  options.block_size = kFooterGuess;
  options.blocks_ahead = 0;
  PQ_ASSIGN(const auto opened, ReadAheadFile::Open(store, file, options));
  PQ_ASSIGN(const FileMetaData footer, ReadFooter(*opened, file.uri.ToString()));
  return footer.num_rows;
}

// The staged files are there, as they were when they were proven, and they are all of them.
Status LookAtStaged(ObjectStore& store, const TaskReceipt& receipt) {
  int64_t left = receipt.rows;
  for (const StagedOutput& staged : receipt.staged) {
    const ObjectInfo& file = staged.object;
    PQ_ASSIGN(const auto found, LookUp(store, file.uri));
    if (!found) return NotProven(file, "it is gone");
    if (found->etag != file.etag || found->size != file.size) return NotProven(file, "it changed");
    if (!staged.sha256.empty()) PQ_RETURN_NOT_OK(CheckBytes(store, staged));
    PQ_ASSIGN(const int64_t own, RowsIn(store, file));
    left -= own;
    if (left < 0) break;
  }
  if (left == 0) return Status::OK();
  return NotProven(receipt.staged.front().object,
                   fmt::format("with what is staged beside it, it does not have the {} rows that "
                               "were proven",
                               receipt.rows));
}

}  // namespace

bool NeedsDigests(const Uri& staged_folder) { return staged_folder.scheme == Scheme::kLocal; }

Result<FoundReceipt> FindReceipt(ObjectStore& store, const PlannedRun& planned, size_t task) {
  FoundReceipt found;
  const Uri uri = planned.folder().plan_receipt(static_cast<int64_t>(task));
  auto stored = ReadText(store, uri, kMostBytes);
  PQ_RETURN_NOT_OK(stored.status());
  if (!*stored) return found;
  found.id = (*stored)->info.id();
  found.text = std::move((*stored)->text);
  auto outcome = ReceiptParser(planned, task).Parse(found.text);
  if (CodeOf(outcome.status()) == ErrorCode::kUnsupported) return outcome.status();
  found.why = outcome.status();
  if (outcome.ok() && outcome->ok()) found.why = LookAtStaged(store, (*outcome)->receipt());
  if (!found.why.ok()) {
    // What a store, a network or a missing right did says nothing of the receipt.
    if (!IsOfTheTask(found.why) || CodeOf(found.why) == ErrorCode::kDenied) return found.why;
    return found;
  }
  found.outcome = *std::move(outcome);
  return found;
}

bool IsOfTheTask(const Status& error) {
  return std::ranges::find(kOfTheTask, CodeOf(error)) != kOfTheTask.end();
}

Result<bool> LeaveReceipt(ObjectStore& store, const PlannedRun& planned, size_t task,
                          const Result<ProvenTask>& outcome) {
  const Uri uri = planned.folder().plan_receipt(static_cast<int64_t>(task));
  const std::string text = TextOfReceipt(planned, task, outcome);
  WriteCondition condition = {WriteCondition::kIfAbsent, {}};
  for (int left = kTries;; --left) {
    const Status written = WriteText(store, uri, text, condition).status();
    if (written.ok()) return true;
    const ErrorCode code = CodeOf(written);
    const bool taken = code == ErrorCode::kAlreadyExists || code == ErrorCode::kSourceChanged ||
                       code == ErrorCode::kNotFound;
    if (!taken || left == 0) return written;
    PQ_ASSIGN(const FoundReceipt found, FindReceipt(store, planned, task));
    // On a disk a name is taken from the moment on that somebody begins to write it.
    if (!found.id) std::this_thread::sleep_for(std::chrono::milliseconds(1 << (kTries - left)));
    if (found.text == text) return true;  // it is ours, and the answer was lost
    if (found.outcome && found.outcome->ok()) return false;
    condition = found.id ? WriteCondition{WriteCondition::kIfMatch, found.id->etag}
                         : WriteCondition{WriteCondition::kIfAbsent, {}};
  }
}

}  // namespace pqpack
