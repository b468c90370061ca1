// SPDX-License-Identifier: Apache-2.0
#include "cli/plan_command.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/catalog_session.h"
#include "cli/compact_arguments.h"
#include "cli/exit_code.h"
#include "cli/explain_plan.h"
#include "cli/location.h"
#include "cli/memory_limit.h"
#include "cli/output_options.h"
#include "cli/render_plan.h"
#include "cli/reporter.h"
#include "cli/store_options.h"
#include "cli/store_session.h"
#include "run/least_requests.h"
#include "run/plan_for_workers.h"

namespace pqpack::cli {
namespace {

std::vector<Flag> AllFlags(CompactArguments* arguments) {
  std::vector<Flag> flags = PlannedFlags(arguments);
  flags.push_back({.name = "out",
                   .value = "LOCATION",
                   .group = "For other machines",
                   .help = "write the plan there, for pqpack execute and commit",
                   .notes =
                       "A file or an object whose name is free. It has to be said what becomes "
                       "of the originals. Nothing but the plan is written.",
                   .set = SetText(&arguments->plan_file),
                   .once = true});
  for (auto& flag : WritingFlags(&arguments->store)) flags.push_back(std::move(flag));
  for (auto& flag : OutputFlags(&arguments->output)) flags.push_back(std::move(flag));
  return flags;
}

GlueTableRef RefOf(const TableChoice& table) {
  if (!table.glue) return {};
  return {table.glue->database, table.glue->table, table.glue_config.catalog_id};
}

// Opens the table and looks, and writes the plan; what it borrows lives no longer.
Status RunPlan(const CompactArguments& arguments, const Context& context, Reporter& events,
               const std::stop_token& stop, PlanOutcome* outcome) {
  PQ_ASSIGN(const auto table, ChooseTable(arguments.table, context.environment));
  PQ_ASSIGN(auto options, MakeCompactOptions(arguments, table));
  options.memory_limit =
      ChooseMemoryLimit(arguments.store.memory_limit, CgroupMemoryLimit("/")).bytes;
  PQ_ASSIGN(const auto s3, MakeS3Config(arguments.store, context.environment));
  const bool writes = !arguments.plan_file.empty();
  Uri out = table.place;
  if (writes) {
    PQ_ASSIGN(out, ParseRealLocation("--out", arguments.plan_file));
  }
  PQ_ASSIGN(const auto session, StoreSession::Start({&table.place, &out}, s3, &events, stop));
  PQ_ASSIGN(const auto opened, CatalogSession::Open(table, *session));
  const auto explain = [&]() -> Status {
    Status status;
    if (arguments.explain) {
      status = ExplainPlan(options, *outcome->plan, opened->store(), session->io(),
                           arguments.output, context.console, stop, &outcome->explained);
    }
    outcome->requests = session->requests().Snapshot();
    return status;
  };
  if (!writes) {
    auto plan = PlanCompaction(options.table, opened->catalog(), opened->store(), stop);
    outcome->requests = session->requests().Snapshot();
    PQ_ASSIGN(outcome->plan, std::move(plan));
    outcome->least_requests = LeastRequests(*outcome->plan, options);
    PQ_ASSIGN(outcome->changes, PlannedCatalogChanges(*outcome->plan, options));
    return explain();
  }
  PQ_ASSIGN(PlannedRun planned, PlanForWorkers(options, RefOf(table), out, opened->catalog(),
                                               opened->store(), events, stop));
  PQ_ASSIGN(const auto store, session->Open(out));
  PQ_RETURN_NOT_OK(StorePlan(planned, *store, out));
  outcome->out = out.ToString();
  outcome->plan = std::move(planned.plan);
  outcome->least_requests = LeastRequests(*outcome->plan, options);
  return explain();
}

int Run(const CompactArguments& given, const Context& context) {
  Console& console = context.console;
  CompactArguments arguments = given;
  arguments.dry_run = arguments.plan_file.empty();
  PlanOutcome outcome;
  outcome.stat = arguments.output.stat;
  const CommandRun run(console);
  Reporter reporter(console, Reporter::OptionsFor(arguments.output, context));
  outcome.status = RunPlan(arguments, context, reporter, run.stop(), &outcome);
  (void)reporter.Finish();
  outcome.seconds = run.seconds();
  outcome.exit_code = ExitCodeOf(outcome.status, outcome.explained, run.signal());
  TellError(outcome, /*told=*/false, arguments.output, console);
  if (arguments.output.json()) {
    console.Out(PlanJson(outcome));
  } else if (outcome.plan) {
    console.Out(PlanText(outcome, arguments.output.quiet));
  }
  return outcome.exit_code;
}

}  // namespace

Command MakePlanCommand() {
  auto arguments = std::make_shared<CompactArguments>();
  return {
      .name = "plan",
      .summary = "which small files of a table would be merged, and why others not",
      .synopsis = "--path LOCATION | --database-name D --table-name T [FLAG...]",
      .description =
          "Lists a Hive-style directory, or a table of the Glue Data Catalog, and says,\n"
          "partition by partition, which files are small, how they would be merged, and\n"
          "what is left as it is, and why. Reads names and sizes only, and writes nothing\n"
          "but the plan that --out asks for, which other machines carry out (pqpack\n"
          "execute).",
      .flags = AllFlags(arguments.get()),
      .examples =
          {
              {"a table on this machine", "pqpack plan --path table"},
              {"some partitions, into files of 256 MiB",
               "pqpack plan --path table --partition-predicate \"month >= 6\" "
               "--target-file-size-mb 256"},
              {"on S3, with every file's name", "pqpack plan --path s3://lake/t --output json"},
              {"for several machines",
               "pqpack plan --path table --delete_original_files true --out plan.json"},
          },
      .run = [arguments](const Context& context) { return Run(*arguments, context); },
      .events = PlanEvents(),
  };
}

}  // namespace pqpack::cli
