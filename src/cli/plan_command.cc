// SPDX-License-Identifier: Apache-2.0
#include "cli/plan_command.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/catalog_session.h"
#include "cli/exit_code.h"
#include "cli/output_options.h"
#include "cli/plan_options.h"
#include "cli/render_plan.h"
#include "cli/reporter.h"
#include "cli/store_options.h"
#include "cli/store_session.h"
#include "run/plan_compaction.h"

namespace pqpack::cli {
namespace {

struct PlanCommandArguments {
  CatalogOptions table;
  PlanArguments plan;
  StoreOptions store;
  OutputOptions output;
};

std::vector<Flag> AllFlags(PlanCommandArguments* arguments) {
  const std::string what = "What to look at";
  std::vector<Flag> flags = CatalogFlags(&arguments->table, what);
  for (auto& flag : PlanFlags(&arguments->plan, what, "What is wanted")) {
    flags.push_back(std::move(flag));
  }
  for (auto& flag : SourceFlags(&arguments->store)) flags.push_back(std::move(flag));
  for (auto& flag : OutputFlags(&arguments->output)) flags.push_back(std::move(flag));
  return flags;
}

// Opens the table and looks; what it borrows lives no longer.
Status RunPlan(const PlanCommandArguments& arguments, const Context& context, Reporter& events,
               const std::stop_token& stop, PlanOutcome* outcome) {
  PQ_ASSIGN(const auto options, MakePlanOptions(arguments.plan));
  PQ_ASSIGN(const auto table, ChooseTable(arguments.table, context.environment));
  PQ_ASSIGN(const auto s3, MakeS3Config(arguments.store, context.environment));
  PQ_ASSIGN(const auto session, StoreSession::Start({&table.place}, s3, &events, stop));
  PQ_ASSIGN(const auto opened, CatalogSession::Open(table, *session));
  auto plan = PlanCompaction(options, opened->catalog(), opened->store(), stop);
  outcome->requests = session->requests().Snapshot();
  PQ_ASSIGN(outcome->plan, std::move(plan));
  return Status::OK();
}

int Run(const PlanCommandArguments& arguments, const Context& context) {
  Console& console = context.console;
  PlanOutcome outcome;
  outcome.stat = arguments.output.stat;
  const CommandRun run(console);
  Reporter reporter(console, Reporter::OptionsFor(arguments.output, context));
  outcome.status = RunPlan(arguments, context, reporter, run.stop(), &outcome);
  (void)reporter.Finish();
  outcome.seconds = run.seconds();
  outcome.exit_code = ExitCodeOf(outcome.status, FileCounts{}, run.signal());
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
  auto arguments = std::make_shared<PlanCommandArguments>();
  return {
      .name = "plan",
      .summary = "which small files of a table would be merged, and why others not",
      .synopsis = "--path LOCATION | --database-name D --table-name T [FLAG...]",
      .description =
          "Lists a Hive-style directory, or a table of the Glue Data Catalog, and says,\n"
          "partition by partition, which files are small, how they would be merged, and\n"
          "what is left as it is, and why. Reads names and sizes only, and writes nothing.",
      .flags = AllFlags(arguments.get()),
      .examples =
          {
              {"a table on this machine", "pqpack plan --path table"},
              {"some partitions, into files of 256 MiB",
               "pqpack plan --path table --partition-predicate \"month >= 6\" "
               "--target-file-size-mb 256"},
              {"on S3, with every file's name", "pqpack plan --path s3://lake/t --output json"},
          },
      .run = [arguments](const Context& context) { return Run(*arguments, context); },
      .events = PlanEvents(),
  };
}

}  // namespace pqpack::cli
