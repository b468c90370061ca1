// SPDX-License-Identifier: Apache-2.0
#include "cli/compact_command.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/compact_arguments.h"
#include "cli/exit_code.h"
#include "cli/explain_plan.h"
#include "cli/memory_limit.h"
#include "cli/partition_report.h"
#include "cli/quiet_events.h"
#include "cli/render_compact.h"
#include "cli/render_plan.h"
#include "cli/render_text.h"
#include "cli/report/compact_report.h"
#include "cli/report/report_file.h"
#include "cli/return_memory.h"
#include "run/least_requests.h"

namespace pqpack::cli {
namespace {

// Opens the table and does the work; what it borrows lives no longer.
Status RunCompact(const CompactArguments& arguments, const TableChoice& table, const S3Config& s3,
                  QuietEvents& events, Console& console,
                  const std::function<void(const PartitionDone&)>& on_partition,
                  const std::stop_token& stop, CompactOutcome* outcome) {
  PQ_ASSIGN(const auto session, StoreSession::Start({&table.place}, s3, &events, stop));
  PQ_ASSIGN(const auto opened, CatalogSession::Open(table, *session));
  Status status;
  if (arguments.dry_run) {
    auto plan = PlanCompaction(outcome->options->table, opened->catalog(), opened->store(), stop);
    status = plan.status();
    if (plan.ok() && arguments.explain) {
      status = ExplainPlan(*outcome->options, *plan, opened->store(), session->io(),
                           arguments.output, console, stop, &outcome->explained);
    }
    if (plan.ok()) {
      outcome->plan = *std::move(plan);
      auto changes = PlannedCatalogChanges(*outcome->plan, *outcome->options);
      if (status.ok()) status = changes.status();
      if (changes.ok()) outcome->changes = *std::move(changes);
    }
  } else {
    PQ_ASSIGN(const auto commit, session->OpenUnstopped(table.place));
    status = Compact(*outcome->options, opened->catalog(), {opened->store(), *commit},
                     session->io(), events, on_partition, stop, &outcome->summary);
  }
  session->TellLeftBehind(events);
  outcome->requests = session->requests().Snapshot();
  return status;
}

int Tell(const CompactOutcome& outcome, const OutputOptions& output, Console& console) {
  TellError(outcome, /*told=*/false, output, console);
  if (outcome.plan) {
    PlanOutcome plan;
    plan.seconds = outcome.seconds;
    plan.exit_code = outcome.exit_code;
    plan.stat = outcome.stat;
    plan.requests = outcome.requests;
    plan.plan = outcome.plan;
    plan.changes = outcome.changes;
    plan.explained = outcome.explained;
    plan.least_requests = LeastRequests(*outcome.plan, *outcome.options);
    console.Out(output.json() ? PlanJson(plan) : PlanText(plan, output.quiet));
  } else if (output.json()) {
    console.Out(CompactSummaryJson(outcome));
  } else if (outcome.options != nullptr && !outcome.summary.table.empty()) {
    console.Out(CompactSummaryText(outcome, output.quiet));
  }
  return outcome.exit_code;
}

Status ChooseReport(const CompactArguments& arguments, const TableChoice& table,
                    const CompactOptions& options, std::optional<Uri>* report) {
  const NamedPlace place{"--path", table.place};
  const bool elsewhere = !arguments.destination.empty();
  PQ_ASSIGN(*report,
            ReportPlace(
                arguments.report,
                {place, elsewhere ? NamedPlace{"--target_s3_path", options.destination} : place}));
  return Status::OK();
}

int Run(const CompactArguments& given, const Context& context) {
  Console& console = context.console;
  CompactArguments arguments = given;
  if (arguments.explain) arguments.dry_run = true;
  CompactOutcome outcome;
  outcome.stat = arguments.output.stat;
  const CommandRun run(console);
  const auto table = ChooseTable(arguments.table, context.environment);
  auto options = table.ok() ? MakeCompactOptions(arguments, *table) : table.status();
  const auto s3 = MakeS3Config(arguments.store, context.environment);
  outcome.status = options.ok() ? s3.status() : options.status();
  std::optional<Uri> page;
  if (outcome.status.ok()) outcome.status = ChooseReport(arguments, *table, *options, &page);
  PartitionReport report(console, arguments.output, page.has_value());
  if (outcome.status.ok()) {
    outcome.options = &*options;
    ReturnMemory();
    options->memory_limit =
        ChooseMemoryLimit(arguments.store.memory_limit, CgroupMemoryLimit("/")).bytes;
    QuietEvents events(console, arguments.output, StyleFor(arguments.output, context));
    outcome.status = RunCompact(
        arguments, *table, *s3, events, console,
        [&](const PartitionDone& partition) { report.Add(partition); }, run.stop(), &outcome);
    events.Finish();
    report.MoveTo(&outcome);
  }
  outcome.seconds = run.seconds();
  const FileCounts counts = outcome.plan ? outcome.explained : CountsOf(outcome.summary);
  outcome.exit_code = ExitCodeOf(outcome.status, counts, run.signal());
  if (page && outcome.options != nullptr) {
    WriteReport(*page, CompactReport(outcome, report.partitions()), arguments.output, context,
                &outcome);
  }
  return Tell(outcome, arguments.output, console);
}

}  // namespace

Command MakeCompactCommand() {
  auto arguments = std::make_shared<CompactArguments>();
  return {
      .name = "compact",
      .summary = "merge the small files of each partition of a table",
      .synopsis =
          "--path LOCATION --target_s3_path LOCATION | --delete_original_files true "
          "[FLAG...]",
      .description =
          "Merges small Parquet files of a Hive-style directory, or of a table of the Glue\n"
          "Data Catalog, into files of a target size, partition by partition. Nothing is\n"
          "published before it is proven to hold the same rows, and nothing is deleted\n"
          "before that is published. A run that is killed is undone, or completed, by the\n"
          "next one.",
      .flags = CompactFlags(arguments.get()),
      .examples =
          {
              {"a compacted copy", "pqpack compact --path table --target_s3_path compacted"},
              {"what would be done in the table itself", "pqpack compact --path table --dry-run"},
              {"and how each column would be merged", "pqpack compact --path table --explain"},
              {"in the table itself, two partitions",
               "pqpack compact --path table --delete_original_files true "
               "--partition_predicate \"month IN (1, 2)\""},
              {"on S3, into files of 256 MiB",
               "pqpack compact --path s3://lake/t --delete_original_files true "
               "--target_file_size_mb 256"},
          },
      .run = [arguments](const Context& context) { return Run(*arguments, context); },
      .events = CompactEvents(),
  };
}

}  // namespace pqpack::cli
