// SPDX-License-Identifier: Apache-2.0
#include "cli/render_compact.h"

#include <fmt/format.h>

#include <array>

#include "cli/add_line.h"
#include "cli/exit_code.h"
#include "cli/human.h"
#include "cli/json_line.h"
#include "cli/level_text.h"
#include "cli/proof_text.h"
#include "cli/render_text.h"
#include "cli/size_histogram.h"

namespace pqpack::cli {
namespace {

constexpr std::array kEvents = {
    JsonEvent{"partition_done",
              "folder, files_before, files_after, bytes_before, bytes_after, median_before, "
              "median_after, rows, bytes_decoded, bytes_by_level, outputs, warnings",
              "a partition whose merged files are published; `rows` of those that were merged"},
    JsonEvent{"partition_skipped", "folder, files_before, bytes_before, reason",
              "a partition that nothing was done with"},
    JsonEvent{"partition_failed", "folder, files_before, bytes_before, error, action, code",
              "a partition that is not done, or not wholly"},
    JsonEvent{
        "summary",
        "completed, skipped, stale, failed, bytes_in, bytes_out, seconds, exit_code, table, "
        "run, files_before, files_after, bytes_before, bytes_after, rows, bytes_decoded, "
        "deleted, committed_before, discarded, chunks_by_structure, chunks_by_content, "
        "median_before, median_after, sizes, "
        "bytes_by_level, bytes_proven, seconds_merging, seconds_proving, skipped_by_reason, "
        "left_by_reason, request_count, failed_by_code, requests",
        "always the last line; counts partitions; `committed_before`, `discarded`: of a plan; "
        "`sizes`: how many files there are `from` "
        "that size on and below twice of it; `bytes_by_level`: of level 0 to 3; `requests` "
        "with --stat"},
};

std::string FolderText(const PartitionDone& partition) {
  return partition.folder.empty() ? "(no partitions)" : OneLine(partition.folder);
}

// What files were like, beside what they are like.
std::string SizesText(const CompactOutcome& outcome) {
  const CompactSummary& summary = outcome.summary;
  std::string text;
  const auto add = [&](std::string_view what, const std::string& before, const std::string& after) {
    AddLine(text, "  {:<12} {:>10}  {:>10}", what, before, after);
  };
  add("", "before", "after");
  add("files", HumanCount(summary.files_before), HumanCount(summary.files_after));
  add("median size", HumanBytes(Median(outcome.digest.sizes_before)),
      HumanBytes(Median(outcome.digest.sizes_after)));
  add("bytes", HumanBytes(summary.bytes_before), HumanBytes(summary.bytes_after));
  return text;
}

// "133 KiB copied, 194 KiB decoded and encoded"
std::string LevelsText(const LevelBytes& bytes) {
  std::string text;
  for (size_t level = 0; level < bytes.size(); ++level) {
    if (bytes[level] == 0) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", HumanBytes(bytes[level]),
                        kMergeLevels[level]);
  }
  return text;
}

// What of the workers' time the proof took.
std::string ProofCostText(const CompactDigest& digest) {
  const double all = digest.merge_seconds + digest.proof_seconds;
  if (digest.proof_seconds <= 0) return {};
  return fmt::format(" ({:.0f}% of the work)", 100 * digest.proof_seconds / all);
}

std::string MergedText(const CompactOutcome& outcome) {
  const CompactSummary& summary = outcome.summary;
  std::string text;
  // A copy to which all files were only carried along has merged and proven none.
  const bool merged = summary.bytes_in > 0;
  if (merged) {
    AddLine(text, "Merged {} of {}: {}", HumanCount(summary.rows, "row"),
            HumanBytes(summary.bytes_in), LevelsText(outcome.digest.bytes_by_level));
  }
  if (summary.deleted > 0) AddLine(text, "Deleted {}", HumanCount(summary.deleted, "original"));
  if (!merged) return text;
  const std::string proof = ProofText(summary.proof);
  AddLine(text, "Proven equal: {}{}", proof.empty() ? "nothing was" : proof,
          ProofCostText(outcome.digest));
  return text;
}

std::string RequestsLine(const CompactOutcome& outcome) {
  if (outcome.requests.empty() || outcome.stat) return {};
  const RequestCount all = Total(outcome.requests);
  std::string text;
  AddLine(text, "Requests: {}, {} tried again; --stat names them", HumanCount(all.requests),
          HumanCount(all.retries));
  return text;
}

void AddCounts(std::string& text, const std::map<std::string, int64_t>& counts,
               std::string_view noun) {
  for (const auto& [reason, count] : counts) {
    AddLine(text, "Left as {}: {}, {}", count == 1 ? "it is" : "they are", HumanCount(count, noun),
            OneLine(reason));
  }
}

Json CountsJson(const std::map<std::string, int64_t>& counts) {
  Json object = Json::object();
  for (const auto& [what, count] : counts) object[what] = count;
  return object;
}

Json SizesJson(const CompactDigest& digest) {
  const SizeHistogram histogram = MakeSizeHistogram(digest.sizes_before, digest.sizes_after);
  Json bins = Json::array();
  for (int i = 0; i < histogram.bins(); ++i) {
    const auto at = static_cast<size_t>(i);
    if (histogram.before[at] + histogram.after[at] == 0) continue;
    bins.push_back({{"from", int64_t{1} << (histogram.first + i)},
                    {"before", histogram.before[at]},
                    {"after", histogram.after[at]}});
  }
  return bins;
}

Json ProofJson(const ProofCounts& proof) {
  return {{"same_pages", proof.bytes(PageProof::kSameBytes)},
          {"recompressed", proof.bytes(PageProof::kRecompressed)},
          {"rearranged", proof.bytes(PageProof::kRearranged)},
          {"decoded", proof.content_bytes}};
}

}  // namespace

std::string_view ResultText(const CompactOutcome& outcome) {
  // The exit code may be that of a page of --report that could not be written.
  const int code = ExitCodeOf(outcome.status, CountsOf(outcome.summary), 0);
  if (code != kExitOk) return "Not all done";
  return outcome.summary.completed > 0 ? "Compacted" : "Nothing to do";
}

std::string PartitionText(const PartitionDone& partition) {
  if (!partition.status.ok()) {
    return FolderText(partition) + ": " + ErrorText(partition.status);
  }
  if (!partition.skip_reason.empty()) return {};
  return fmt::format("{}: {} became {}, {} became {}", FolderText(partition),
                     HumanCount(partition.files_before, "file"), HumanCount(partition.files_after),
                     HumanBytes(partition.bytes_before), HumanBytes(partition.bytes_after));
}

std::string PartitionJson(const PartitionDone& partition) {
  const bool failed = !partition.status.ok();
  const bool skipped = !failed && !partition.skip_reason.empty();
  Json line = Line(failed ? "partition_failed" : skipped ? "partition_skipped" : "partition_done");
  line["folder"] = partition.folder;
  line["files_before"] = partition.files_before;
  if (!failed && !skipped) line["files_after"] = partition.files_after;
  line["bytes_before"] = partition.bytes_before;
  if (failed) {
    PutError(line, partition.status);
    return Dump(line);
  }
  if (skipped) {
    line["reason"] = partition.skip_reason;
    return Dump(line);
  }
  line["bytes_after"] = partition.bytes_after;
  line["median_before"] = Median(partition.sizes_before);
  line["median_after"] = Median(partition.sizes_after);
  line["rows"] = partition.rows;
  line["bytes_decoded"] = partition.bytes_decoded;
  line["bytes_by_level"] = partition.bytes_by_level;
  line["outputs"] = partition.outputs;
  line["warnings"] = Json::array();
  for (const Finding& warning : partition.warnings) line["warnings"].push_back(warning.ToString());
  return Dump(line);
}

std::string CompactSummaryText(const CompactOutcome& outcome, bool brief) {
  const CompactSummary& summary = outcome.summary;
  std::string text;
  if (!brief) {
    if (outcome.untold > 0) {
      AddLine(text, "and {} more; --output json names them all",
              HumanCount(outcome.untold, "partition"));
    }
    AddCounts(text, outcome.digest.skipped, "partition");
    AddCounts(text, outcome.digest.left, "file");
    for (const auto& [warning, partitions] : outcome.digest.WarningTexts()) {
      AddLine(text, "Warning: {} ({})", OneLine(warning), HumanCount(partitions, "partition"));
    }
    text += RequestsText(outcome);
  }
  AddLine(text, "{}: {}", OneLine(summary.table), ResultText(outcome));
  if (!outcome.status.ok()) return text;
  AddLine(text, "Partitions: {} compacted, {} skipped, {} failed", HumanCount(summary.completed),
          HumanCount(summary.skipped), HumanCount(summary.failed));
  if (summary.completed + summary.skipped + summary.failed == 0) {
    AddLine(text, "There is no partition, or none that --partition-predicate selects, {}",
            HumanSeconds(outcome.seconds));
    return text;
  }
  if (brief || summary.completed == 0) {
    AddLine(text, "{} became {}, {} became {}, {}", HumanCount(summary.files_before, "file"),
            HumanCount(summary.files_after), HumanBytes(summary.bytes_before),
            HumanBytes(summary.bytes_after), HumanSeconds(outcome.seconds));
    return text;
  }
  text += SizesText(outcome) + MergedText(outcome) + RequestsLine(outcome);
  AddLine(text, "Took {}", HumanSeconds(outcome.seconds));
  return text;
}

std::string CompactSummaryJson(const CompactOutcome& outcome) {
  const CompactSummary& summary = outcome.summary;
  Json line = RunSummaryLine(outcome);
  line["table"] = summary.table;
  line["run"] = outcome.options != nullptr ? outcome.options->run : "";
  line["files_before"] = summary.files_before;
  line["files_after"] = summary.files_after;
  line["bytes_before"] = summary.bytes_before;
  line["bytes_after"] = summary.bytes_after;
  line["rows"] = summary.rows;
  line["bytes_decoded"] = summary.bytes_decoded;
  line["deleted"] = summary.deleted;
  line["committed_before"] = outcome.committed_before;
  line["discarded"] = outcome.discarded;
  line["chunks_by_structure"] = summary.proof.by_structure;
  line["chunks_by_content"] = summary.proof.by_content;
  const CompactDigest& digest = outcome.digest;
  line["median_before"] = Median(digest.sizes_before);
  line["median_after"] = Median(digest.sizes_after);
  line["sizes"] = SizesJson(digest);
  line["bytes_by_level"] = digest.bytes_by_level;
  line["bytes_proven"] = ProofJson(summary.proof);
  line["seconds_merging"] = Seconds(digest.merge_seconds);
  line["seconds_proving"] = Seconds(digest.proof_seconds);
  line["skipped_by_reason"] = CountsJson(digest.skipped);
  line["left_by_reason"] = CountsJson(digest.left);
  line["request_count"] = Total(outcome.requests).requests;
  line["failed_by_code"] = FailedByCodeJson(summary.failed_by_code);
  if (outcome.stat) line["requests"] = RequestsJson(outcome.requests);
  return Dump(line);
}

std::span<const JsonEvent> CompactEvents() { return kEvents; }

}  // namespace pqpack::cli
