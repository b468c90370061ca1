// SPDX-License-Identifier: Apache-2.0
#include "cli/execute_command.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/common_flags.h"
#include "cli/exit_code.h"
#include "cli/memory_limit.h"
#include "cli/new_run_id.h"
#include "cli/output_options.h"
#include "cli/plan_session.h"
#include "cli/quiet_events.h"
#include "cli/render_execute.h"
#include "cli/render_json.h"
#include "cli/return_memory.h"
#include "cli/shard.h"
#include "run/execute_plan.h"
#include "run/plan_end.h"

namespace pqpack::cli {
namespace {

struct ExecuteArguments {
  std::string plan;
  std::string shard;
  int64_t workers = 0;
  int64_t batch_size = 65536;
  StoreOptions store;
  OutputOptions output;
};

std::vector<Flag> AllFlags(ExecuteArguments* arguments) {
  const std::string what = "What to do";
  const std::string how = "How";
  std::vector<Flag> flags = {
      PlanFlag(&arguments->plan, what),
      ShardFlag(&arguments->shard, what, "only this worker's share of the tasks, I from 0 to N-1"),
      WorkersFlag(&arguments->workers, how),
      BatchSizeFlag(&arguments->batch_size, how),
  };
  for (auto& flag : StoreFlags(&arguments->store)) flags.push_back(std::move(flag));
  for (auto& flag : OutputFlags(&arguments->output)) flags.push_back(std::move(flag));
  return flags;
}

Result<Share> ChooseShare(std::string shard, const Environment& environment) {
  PQ_RETURN_NOT_OK(ApplyShardVariables(environment, &shard));
  if (shard.empty()) return Share();
  const auto parsed = ParseShard(shard);
  if (!parsed.ok()) return Within("--shard", parsed.status());
  return Share{parsed->first, parsed->second};
}

Status RunExecute(const ExecuteArguments& arguments, const Context& context, QuietEvents& events,
                  const std::function<void(const TaskDone&)>& on_task, const std::stop_token& stop,
                  ExecuteOutcome* outcome) {
  PQ_ASSIGN(outcome->share, ChooseShare(arguments.shard, context.environment));
  PQ_ASSIGN(const auto s3, MakeS3Config(arguments.store, context.environment));
  PQ_ASSIGN(const auto opened, PlanSession::Open(arguments.plan, s3, &events, stop));
  const PlannedRun& planned = opened->planned();
  outcome->summary.table = planned.plan.table.name;
  PQ_ASSIGN(const auto found, FindPlanEnd(planned, opened->plan_store(), opened->uri()));
  outcome->committed = found.end && found.end->reached;
  if (outcome->committed) return Status::OK();

  ExecuteOptions options;
  options.compact = planned.options;
  options.compact.workers = static_cast<int>(arguments.workers);
  options.compact.batch_size = arguments.batch_size;
  options.compact.memory_limit =
      ChooseMemoryLimit(arguments.store.memory_limit, CgroupMemoryLimit("/")).bytes;
  options.share = outcome->share;
  PQ_ASSIGN(options.attempt, NewRunId());
  ReturnMemory();
  StoreSession& session = opened->session();
  PQ_ASSIGN(const auto store, session.Open(planned.plan.table.location));
  const Status status =
      ExecutePlan(planned, options, *store, session.io(), events, on_task, stop, &outcome->summary);
  session.TellLeftBehind(events);
  outcome->requests = session.requests().Snapshot();
  return status;
}

int Run(const ExecuteArguments& arguments, const Context& context) {
  Console& console = context.console;
  ExecuteOutcome outcome;
  outcome.stat = arguments.output.stat;
  const CommandRun run(console);
  QuietEvents events(console, arguments.output, StyleFor(arguments.output, context));
  const auto on_task = [&](const TaskDone& task) {
    if (arguments.output.json()) console.Out(TaskJson(task));
    if (!task.status.ok()) console.Err(TaskText(task));
  };
  outcome.status = RunExecute(arguments, context, events, on_task, run.stop(), &outcome);
  events.Finish();
  const ExecuteSummary& summary = outcome.summary;
  outcome.seconds = run.seconds();
  outcome.exit_code = ExitCodeOf(outcome.status, CountsOf(summary), run.signal());
  TellError(outcome, /*told=*/false, arguments.output, console);
  if (arguments.output.json()) {
    console.Out(ExecuteSummaryJson(outcome));
  } else if (!summary.table.empty()) {
    console.Out(ExecuteSummaryText(outcome, arguments.output.quiet));
  }
  return outcome.exit_code;
}

}  // namespace

Command MakeExecuteCommand() {
  auto arguments = std::make_shared<ExecuteArguments>();
  return {
      .name = "execute",
      .summary = "carry out a plan, or one worker's share of it",
      .synopsis = "--plan LOCATION [--shard I/N] [FLAG...]",
      .description =
          "Merges what a plan says, stages the merged files where no reader looks, proves\n"
          "that they hold the same rows, and leaves a receipt for each task. Changes\n"
          "nothing that a reader of the table sees: that is for pqpack commit. A task that\n"
          "has its receipt is not done again, so what was killed is started again as it\n"
          "was.",
      .flags = AllFlags(arguments.get()),
      .examples =
          {
              {"all of a plan", "pqpack execute --plan plan.json"},
              {"the second of four machines",
               "pqpack execute --plan s3://jobs/plan.json --shard 1/4"},
          },
      .run = [arguments](const Context& context) { return Run(*arguments, context); },
      .events = ExecuteEvents(),
  };
}

}  // namespace pqpack::cli
