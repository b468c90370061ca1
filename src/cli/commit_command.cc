// SPDX-License-Identifier: Apache-2.0
#include "cli/commit_command.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/common_flags.h"
#include "cli/exit_code.h"
#include "cli/human.h"
#include "cli/new_run_id.h"
#include "cli/output_options.h"
#include "cli/partition_report.h"
#include "cli/plan_session.h"
#include "cli/quiet_events.h"
#include "cli/render_compact.h"
#include "run/commit_plan.h"

namespace pqpack::cli {
namespace {

struct CommitArguments {
  std::string plan;
  bool discard = false;
  int64_t workers = 0;
  StoreOptions store;
  OutputOptions output;
};

// What borrowed values need until all is said.
struct CommitOutcome : CompactOutcome {
  std::string plan;
  CompactOptions chosen;
};

std::vector<Flag> AllFlags(CommitArguments* arguments) {
  const std::string what = "What to do";
  std::vector<Flag> flags = {
      PlanFlag(&arguments->plan, what),
      {.name = "discard",
       .value = "",
       .group = what,
       .help = "give the plan up: remove what was staged for it",
       .notes = "Nothing of it is published. Workers that are still at work find out.",
       .set = SetBoolean(&arguments->discard)},
      WorkersFlag(&arguments->workers, "How", "requests at a time"),
  };
  for (auto& flag : WritingFlags(&arguments->store)) flags.push_back(std::move(flag));
  for (auto& flag : OutputFlags(&arguments->output)) flags.push_back(std::move(flag));
  return flags;
}

Status RunCommit(const CommitArguments& arguments, const Context& context, QuietEvents& events,
                 const std::function<void(const PartitionDone&)>& on_partition,
                 const std::stop_token& stop, CommitOutcome* outcome) {
  PQ_ASSIGN(const auto s3, MakeS3Config(arguments.store, context.environment));
  PQ_ASSIGN(const auto opened, PlanSession::Open(arguments.plan, s3, &events, stop));
  const PlannedRun& planned = opened->planned();
  outcome->summary.table = planned.plan.table.name;
  outcome->chosen = planned.options;
  outcome->options = &outcome->chosen;
  outcome->plan = opened->uri().ToString();
  outcome->chosen.workers = static_cast<int>(arguments.workers);
  PQ_ASSIGN(outcome->chosen.attempt, NewRunId());
  StoreSession& session = opened->session();
  PQ_ASSIGN(const TableChoice table, opened->Table(context.environment));
  PQ_ASSIGN(const auto catalog, CatalogSession::Open(table, session));
  PQ_ASSIGN(const auto commit, session.OpenUnstopped(table.place));
  const CompactStores stores{catalog->store(), *commit};
  Status status;
  if (arguments.discard) {
    status = DiscardPlan(planned, outcome->chosen, {opened->plan_store(), opened->uri()},
                         catalog->catalog(), stores, events, stop);
    outcome->discarded = status.ok();
  } else {
    CommitSummary summary;
    status = CommitPlan(planned, outcome->chosen, {opened->plan_store(), opened->uri()},
                        catalog->catalog(), stores, events, on_partition, stop, &summary);
    outcome->committed_before = summary.committed_before;
    outcome->summary = static_cast<const CompactSummary&>(summary);
  }
  outcome->requests = session.requests().Snapshot();
  return status;
}

std::string SummaryText(const CommitOutcome& outcome, bool brief) {
  if (outcome.status.ok() && outcome.committed_before) {
    return OneLine(outcome.plan) + ": committed already";
  }
  if (outcome.discarded) {
    return OneLine(outcome.plan) + ": given up; what was staged for it is removed";
  }
  return CompactSummaryText(outcome, brief);
}

int Run(const CommitArguments& arguments, const Context& context) {
  Console& console = context.console;
  CommitOutcome outcome;
  outcome.stat = arguments.output.stat;
  const CommandRun run(console);
  QuietEvents events(console, arguments.output, StyleFor(arguments.output, context));
  PartitionReport report(console, arguments.output, /*keep=*/false);
  outcome.status = RunCommit(
      arguments, context, events, [&](const PartitionDone& partition) { report.Add(partition); },
      run.stop(), &outcome);
  events.Finish();
  report.MoveTo(&outcome);
  outcome.seconds = run.seconds();
  outcome.exit_code = ExitCodeOf(outcome.status, CountsOf(outcome.summary), run.signal());
  TellError(outcome, /*told=*/false, arguments.output, console);
  if (arguments.output.json()) {
    console.Out(CompactSummaryJson(outcome));
  } else if (outcome.options != nullptr) {
    console.Out(SummaryText(outcome, arguments.output.quiet));
  }
  return outcome.exit_code;
}

}  // namespace

Command MakeCommitCommand() {
  auto arguments = std::make_shared<CommitArguments>();
  return {
      .name = "commit",
      .summary = "publish what pqpack execute has made of a plan",
      .synopsis = "--plan LOCATION [FLAG...]",
      .description =
          "Publishes the merged files of a plan once all of its tasks have their receipts,\n"
          "as pqpack compact does with its own. A partition whose files are not those of\n"
          "the plan any more is left as it is (exit 4); the others are done. What was\n"
          "committed is not committed again, and a commit that was killed is completed by\n"
          "the next.",
      .flags = AllFlags(arguments.get()),
      .examples =
          {
              {"when all workers are through", "pqpack commit --plan plan.json"},
              {"instead of that", "pqpack commit --plan s3://jobs/plan.json --discard"},
          },
      .run = [arguments](const Context& context) { return Run(*arguments, context); },
      .events = CompactEvents(),
  };
}

}  // namespace pqpack::cli
