// SPDX-License-Identifier: Apache-2.0
#include "cli/report/compact_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cli/human.h"
#include "cli/level_text.h"
#include "cli/render_text.h"
#include "cli/report/report_parts.h"
#include "cli/size_histogram.h"

namespace pqpack::cli {
namespace {

std::string FolderText(const PartitionDone& partition) {
  return partition.folder.empty() ? "(no partitions)" : partition.folder;
}

std::vector<ReportTile> Tiles(const CompactOutcome& outcome) {
  const CompactSummary& summary = outcome.summary;
  std::vector<ReportTile> tiles = {
      ChangeTile("Files", HumanCount(summary.files_before), HumanCount(summary.files_after)),
      ChangeTile("Median size", HumanBytes(Median(outcome.digest.sizes_before)),
                 HumanBytes(Median(outcome.digest.sizes_after))),
      BytesTile(summary.bytes_before, summary.bytes_after),
      {"Partitions", HumanCount(summary.completed + summary.skipped + summary.failed),
       fmt::format("{} compacted, {} left, {} failed", HumanCount(summary.completed),
                   HumanCount(summary.skipped), HumanCount(summary.failed))},
  };
  if (summary.rows > 0) tiles.push_back({"Rows merged", HumanCount(summary.rows), ""});
  tiles.push_back({"Time", HumanSeconds(outcome.seconds), ""});
  AddRequests(outcome.requests, &tiles);
  return tiles;
}

std::vector<ReportShare> Shares(const CompactOutcome& outcome) {
  ReportShare levels{"What became of the merged bytes", {}};
  for (size_t level = 0; level < kMergeLevels.size(); ++level) {
    const int64_t bytes = outcome.digest.bytes_by_level[level];
    levels.parts.push_back({fmt::format("level {}: {}", level, kMergeLevels[level]),
                            HumanBytes(bytes), static_cast<double>(bytes),
                            static_cast<int>(level)});
  }
  const ProofCounts& counts = outcome.summary.proof;
  ReportShare proof{"How they were proven equal", {}};
  const auto add = [&](const char* how, int64_t bytes, int shade) {
    proof.parts.push_back({how, HumanBytes(bytes), static_cast<double>(bytes), shade});
  };
  add("the same pages", counts.bytes(PageProof::kSameBytes), 0);
  add("pages compressed anew", counts.bytes(PageProof::kRecompressed), 1);
  add("pages arranged anew", counts.bytes(PageProof::kRearranged), 2);
  add("both sides decoded", counts.content_bytes, 3);
  ReportShare time{
      "Where the workers' time went",
      {{"merging", HumanSeconds(outcome.digest.merge_seconds), outcome.digest.merge_seconds, 2},
       {"the proof", HumanSeconds(outcome.digest.proof_seconds), outcome.digest.proof_seconds, 1}}};
  return {std::move(levels), std::move(proof), std::move(time)};
}

ReportNotes Failures(const std::vector<PartitionDone>& partitions) {
  ReportNotes notes{"Failed partitions", true, {}};
  for (const PartitionDone& partition : partitions) {
    if (partition.status.ok()) continue;
    if (notes.groups.size() == kMostNotes) break;
    notes.groups.push_back({ErrorSentence(partition.status), FolderText(partition), {}});
  }
  return notes;
}

ReportRow RowOf(const PartitionDone& partition) {
  ReportRow row;
  std::string remark;
  if (!partition.status.ok()) {
    row.kind = ReportRow::kFailed;
    remark = ErrorSentence(partition.status);
  } else if (!partition.skip_reason.empty()) {
    row.kind = ReportRow::kSkipped;
    remark = partition.skip_reason;
  } else {
    for (const Finding& warning : partition.warnings) {
      remark += (remark.empty() ? "" : "; ") + warning.ToString();
    }
  }
  const bool done = row.kind == ReportRow::kDone;
  const auto& after = done ? partition.sizes_after : partition.sizes_before;
  row.cells = {{FolderText(partition)},
               {done                              ? "compacted"
                : row.kind == ReportRow::kSkipped ? "left"
                                                  : "failed"},
               CountCell(partition.files_before),
               CountCell(static_cast<int64_t>(after.size())),
               BytesCell(partition.bytes_before),
               BytesCell(done ? partition.bytes_after : partition.bytes_before),
               BytesCell(Median(after)),
               done ? CountCell(partition.rows) : ReportCell{"", -1},
               {remark}};
  return row;
}

ReportTable TableOf(const std::vector<PartitionDone>& partitions) {
  ReportTable table{"Partitions",
                    {{"Partition"},
                     {"Result"},
                     {"Files", true},
                     {"after", true},
                     {"Bytes", true},
                     {"after", true},
                     {"Median after", true},
                     {"Rows merged", true},
                     {"Remark"}},
                    {},
                    0};
  for (const bool failed : {true, false}) {
    for (const PartitionDone& partition : partitions) {
      if (partition.status.ok() == failed) continue;
      if (table.rows.size() < kMostReported) {
        table.rows.push_back(RowOf(partition));
      } else {
        ++table.untold;
      }
    }
  }
  return table;
}

std::vector<std::pair<std::string, std::string>> Settings(const CompactOptions& options) {
  std::vector<std::pair<std::string, std::string>> settings = {
      {"Publishing", std::string(ToString(options.publish))},
  };
  if (options.publish == PublishMode::kSwap) {
    settings.emplace_back("Destination", "beside the table: its name, then -" + options.run);
  } else if (options.publish != PublishMode::kInPlace) {
    settings.emplace_back("Destination", options.destination.ToString());
  }
  if (!options.table.predicate.empty()) settings.emplace_back("Predicate", options.table.predicate);
  const CompactPolicy& policy = options.table.policy;
  settings.emplace_back("Target file size", HumanBytes(policy.target_file_size));
  settings.emplace_back(
      "Small",
      fmt::format("below {:.0f}% of that, {}", policy.small_file_threshold * 100,
                  HumanBytes(static_cast<int64_t>(policy.small_file_threshold *
                                                  static_cast<double>(policy.target_file_size)))));
  settings.emplace_back("Proof", !options.proof                      ? "none"
                                 : *options.proof == Proof::kContent ? "content"
                                                                     : "auto");
  AddEngine(*options.target, options.compression, options.engine, &settings);
  settings.emplace_back("Run", options.run);
  return settings;
}

}  // namespace

ReportPage CompactReport(const CompactOutcome& outcome,
                         const std::vector<PartitionDone>& partitions) {
  ReportPage page;
  page.command = "pqpack compact";
  page.title = outcome.summary.table;
  page.good = outcome.exit_code == 0;
  page.result = std::string(ResultText(outcome));
  AddEnd(outcome, &page);
  page.failures.push_back(Failures(partitions));
  page.tiles = Tiles(outcome);
  page.sizes = {outcome.digest.sizes_before, outcome.digest.sizes_after,
                outcome.options->table.policy.target_file_size};
  page.shares = Shares(outcome);
  page.notes.push_back({"Left as they were", false, Groups(outcome.digest.skipped, "partition")});
  page.notes.push_back({"Files that were not merged", false, Groups(outcome.digest.left, "file")});
  page.notes.push_back({"Warnings", false, Groups(outcome.digest.WarningTexts(), "partition")});
  page.table = TableOf(partitions);
  page.settings = Settings(*outcome.options);
  return page;
}

}  // namespace pqpack::cli
