// SPDX-License-Identifier: Apache-2.0
#include "cli/render_compact.h"

#include <fmt/format.h>

#include <array>

#include "cli/add_line.h"
#include "cli/exit_code.h"
#include "cli/human.h"
#include "cli/json_line.h"
#include "cli/proof_text.h"
#include "cli/render_text.h"

namespace pqpack::cli {
namespace {

constexpr std::array kEvents = {
    JsonEvent{"partition_done",
              "folder, files_before, files_after, bytes_before, bytes_after, rows, bytes_decoded, "
              "outputs, warnings",
              "a partition whose merged files are published; `rows` of those that were merged"},
    JsonEvent{"partition_skipped", "folder, files_before, bytes_before, reason",
              "a partition that nothing was done with"},
    JsonEvent{"partition_failed", "folder, files_before, bytes_before, error, action, code",
              "a partition that is not done, or not wholly"},
    JsonEvent{"summary",
              "completed, skipped, stale, failed, bytes_in, bytes_out, seconds, exit_code, table, "
              "run, files_before, files_after, bytes_before, bytes_after, rows, bytes_decoded, "
              "deleted, chunks_by_structure, chunks_by_content, failed_by_code, requests",
              "always the last line; counts partitions; `requests` with --stat"},
};

std::string FolderText(const PartitionDone& partition) {
  return partition.folder.empty() ? "(no partitions)" : OneLine(partition.folder);
}

std::string_view ResultText(const CompactOutcome& outcome) {
  if (outcome.exit_code != kExitOk) return "Not all done";
  return outcome.summary.completed > 0 ? "Compacted" : "Nothing to do";
}

}  // namespace

FileCounts CountsOf(const CompactSummary& summary) {
  return {summary.completed, summary.skipped, summary.failed, summary.failed_by_code};
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
  line["rows"] = partition.rows;
  line["bytes_decoded"] = partition.bytes_decoded;
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
    for (const auto& [reason, partitions] : outcome.skipped) {
      AddLine(text, "Left as {}: {}, {}", partitions == 1 ? "it is" : "they are",
              HumanCount(partitions, "partition"), reason);
    }
    for (const auto& [warning, partitions] : outcome.warnings) {
      AddLine(text, "Warning: {} ({})", OneLine(warning), HumanCount(partitions, "partition"));
    }
    text += RequestsText(outcome);
  }
  AddLine(text, "{}: {}", OneLine(summary.table), ResultText(outcome));
  if (!outcome.status.ok()) return text;
  AddLine(text, "Partitions: {} compacted, {} skipped, {} failed", HumanCount(summary.completed),
          HumanCount(summary.skipped), HumanCount(summary.failed));
  AddLine(text, "{} became {}, {} became {}, {}", HumanCount(summary.files_before, "file"),
          HumanCount(summary.files_after), HumanBytes(summary.bytes_before),
          HumanBytes(summary.bytes_after), HumanSeconds(outcome.seconds));
  if (brief || summary.completed == 0) return text;
  AddLine(text, "Merged {} of {}, {} of them decoded", HumanCount(summary.rows, "row"),
          HumanBytes(summary.bytes_in), HumanBytes(summary.bytes_decoded));
  if (summary.deleted > 0) AddLine(text, "Deleted {}", HumanCount(summary.deleted, "original"));
  const std::string proof = ProofText(summary.proof);
  AddLine(text, "Proven equal: {}", proof.empty() ? "nothing was" : proof);
  return text;
}

std::string CompactSummaryJson(const CompactOutcome& outcome) {
  const CompactSummary& summary = outcome.summary;
  Json line = SummaryLine({.completed = summary.completed,
                           .skipped = summary.skipped,
                           .failed = summary.failed,
                           .bytes_in = summary.bytes_in,
                           .bytes_out = summary.bytes_out},
                          outcome.seconds, outcome.exit_code);
  line["table"] = summary.table;
  line["run"] = outcome.options != nullptr ? outcome.options->run : "";
  line["files_before"] = summary.files_before;
  line["files_after"] = summary.files_after;
  line["bytes_before"] = summary.bytes_before;
  line["bytes_after"] = summary.bytes_after;
  line["rows"] = summary.rows;
  line["bytes_decoded"] = summary.bytes_decoded;
  line["deleted"] = summary.deleted;
  line["chunks_by_structure"] = summary.proof.by_structure;
  line["chunks_by_content"] = summary.proof.by_content;
  line["failed_by_code"] = FailedByCodeJson(summary.failed_by_code);
  if (outcome.stat) line["requests"] = RequestsJson(outcome.requests);
  return Dump(line);
}

std::span<const JsonEvent> CompactEvents() { return kEvents; }

}  // namespace pqpack::cli
