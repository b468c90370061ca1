// SPDX-License-Identifier: Apache-2.0
#include "cli/report/repack_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cli/exit_code.h"
#include "cli/human.h"
#include "cli/level_text.h"
#include "cli/render_text.h"
#include "cli/report/report_parts.h"
#include "cli/size_histogram.h"

namespace pqpack::cli {
namespace {

std::vector<ReportTile> Tiles(const Outcome& outcome, const RepackLog& log) {
  const RepackSummary& summary = outcome.summary;
  std::string others = HumanCount(summary.skipped) + " skipped";
  if (summary.stale > 0) others += fmt::format(" ({} stale)", HumanCount(summary.stale));
  std::vector<ReportTile> tiles = {
      {"Files repacked", HumanCount(summary.completed),
       others + fmt::format(", {} failed", HumanCount(summary.failed))},
      BytesTile(summary.bytes_in, summary.bytes_out),
      ChangeTile("Median size", HumanBytes(Median(log.sizes_before())),
                 HumanBytes(Median(log.sizes_after()))),
      {"Rows", HumanCount(summary.rows), ""},
      {"Time", HumanSeconds(outcome.seconds), ""},
  };
  AddRequests(outcome.requests, &tiles);
  return tiles;
}

ReportShare Levels(const RepackLog& log) {
  ReportShare share{"What became of the bytes of the files", {}};
  for (size_t level = 0; level < kRepackLevels.size(); ++level) {
    const int64_t bytes = log.bytes_by_level()[level];
    share.parts.push_back({fmt::format("level {}: {}", level, kRepackLevels[level]),
                           HumanBytes(bytes), static_cast<double>(bytes), static_cast<int>(level)});
  }
  return share;
}

ReportNotes Failures(const Digest& digest) {
  ReportNotes notes{"Failed, nothing of these was published", true, {}};
  for (const FailureGroup& group : digest.failures) {
    if (notes.groups.size() == kMostNotes) break;
    auto names = group.files.first;
    const int64_t more = group.files.count - static_cast<int64_t>(names.size());
    if (more > 0) names.push_back("and " + HumanCount(more) + " more");
    notes.groups.push_back({Sentence(group.error, group.action),
                            HumanCount(group.files.count, "file"), std::move(names)});
  }
  return notes;
}

ReportNotes Counted(std::string title, const Counts& counts) {
  ReportNotes notes{std::move(title), false, {}};
  for (const Counts::Line& line : counts.Lines()) {
    if (notes.groups.size() == kMostNotes) break;
    notes.groups.push_back({line.finding.ToString(), HumanCount(line.files, "file"), {}});
  }
  return notes;
}

std::vector<std::pair<std::string, std::string>> Settings(const RepackOptions& options) {
  std::vector<std::pair<std::string, std::string>> settings = {
      {"Source", options.source.ToString()}, {"Destination", options.destination.ToString()}};
  AddEngine(*options.target, options.compression, options.engine, &settings);
  if (options.convert_types) {
    settings.emplace_back("Types",
                          options.allow_lossy ? "converted, lossy where needed" : "converted");
  }
  if (!options.skip_existing) settings.emplace_back("Existing files", "overwritten");
  if (options.update_stale) settings.emplace_back("Stale files", "rewritten");
  if (options.shard_count > 1) {
    settings.emplace_back("Share",
                          fmt::format("{} of {}", options.shard_index, options.shard_count));
  }
  return settings;
}

}  // namespace

ReportPage RepackReport(const Outcome& outcome, const RepackLog& log) {
  ReportPage page;
  page.command = "pqpack repack";
  page.title = outcome.options->destination.ToString();
  page.good = outcome.exit_code == kExitOk;
  page.result = !page.good                      ? "Not all done"
                : outcome.summary.completed > 0 ? "Repacked"
                                                : "Nothing to do";
  AddEnd(outcome, &page);
  page.failures.push_back(Failures(outcome.digest));
  page.tiles = Tiles(outcome, log);
  page.sizes = {log.sizes_before(), log.sizes_after(), 0};
  page.shares.push_back(Levels(log));
  page.notes.push_back(Counted("Repaired", outcome.digest.repairs));
  page.notes.push_back(Counted("Warnings", outcome.digest.warnings));
  if (outcome.options->engine == Engine::kAuto) {
    page.notes.push_back(Counted("Took more than copying pages", outcome.digest.reasons));
  }
  page.table = log.Table();
  page.settings = Settings(*outcome.options);
  return page;
}

}  // namespace pqpack::cli
