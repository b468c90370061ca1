// SPDX-License-Identifier: Apache-2.0
#include "cli/repack_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/exit_code.h"
#include "cli/human.h"
#include "cli/memory_limit.h"
#include "cli/outcome.h"
#include "cli/render_json.h"
#include "cli/render_text.h"
#include "cli/repack_arguments.h"
#include "cli/report/repack_report.h"
#include "cli/report/report_file.h"
#include "cli/reporter.h"
#include "cli/store_session.h"
#include "store/metered_store.h"

namespace pqpack::cli {
namespace {

// What the user should know before the work begins.
std::vector<std::string> Warnings(const RepackArguments& arguments, const Environment& environment,
                                  const MemoryLimit& memory) {
  std::vector<std::string> warnings;
  if (memory.reduced) {
    warnings.push_back(fmt::format("--memory-limit is cut to {}, half of what the container allows",
                                   HumanBytes(memory.bytes)));
  }
  if (auto text = ShardWarning(arguments, environment); !text.empty()) warnings.push_back(text);
  return warnings;
}

// Opens the stores and does the work; what they borrow lives no longer.  Where both
// places are S3 one store serves them: one set of connections, one limit of requests.
Status RunRepack(const RepackOptions& options, const S3Config& s3, Reporter& events,
                 std::stop_token stop, Outcome* outcome) {
  PQ_ASSIGN(const auto session,
            StoreSession::Start({&options.source, &options.destination}, s3, &events, stop));
  PQ_ASSIGN(const auto store, session->Open(options.source));
  MeteredStore source(*store, events.bytes_read());
  std::unique_ptr<ObjectStore> other;
  if (options.destination.scheme != options.source.scheme) {
    PQ_ASSIGN(other, session->Open(options.destination));
  }
  ObjectStore& destination = other != nullptr ? *other : *store;
  const Status status =
      Repack(options, source, destination, session->io(), events, stop, &outcome->summary);
  session->TellLeftBehind(events);
  outcome->requests = session->requests().Snapshot();
  return status;
}

int Tell(const Outcome& outcome, const OutputOptions& output, Console& console) {
  // A file's error that ended the run was told with the file.
  TellError(outcome, outcome.digest.Tells(outcome.status), output, console);
  const std::string nothing = NothingToDoText(outcome);
  if (output.json() && !output.quiet && !nothing.empty()) console.Err(nothing);
  if (output.json()) {
    console.Out(SummaryJson(outcome));
  } else if (outcome.options != nullptr) {  // wrong use is no run
    console.Out(SummaryText(outcome, output.quiet));
  }
  return outcome.exit_code;
}

Status ChooseReport(const RepackArguments& arguments, const RepackOptions& options,
                    std::optional<Uri>* report) {
  PQ_ASSIGN(*report, ReportPlace(arguments.report,
                                 {{"--src", options.source}, {"--dst", options.destination}}));
  return Status::OK();
}

int Run(const RepackArguments& arguments, const Context& context) {
  Console& console = context.console;
  Outcome outcome;
  const CommandRun run(console);
  auto options = MakeRepackOptions(arguments, context.environment);
  auto s3 = MakeS3Config(arguments.store, context.environment);
  outcome.status = options.ok() ? s3.status() : options.status();
  std::optional<Uri> report;
  if (outcome.status.ok()) outcome.status = ChooseReport(arguments, *options, &report);
  if (!outcome.status.ok()) {
    outcome.exit_code = ExitCodeOf(outcome.status);
    return Tell(outcome, arguments.output, console);
  }

  outcome.options = &*options;
  outcome.stat = arguments.output.stat;
  const auto memory = ChooseMemoryLimit(arguments.store.memory_limit, CgroupMemoryLimit("/"));
  options->memory_limit = memory.bytes;
  if (options->dry_run) {
    const bool json = arguments.output.json();
    console.Out(json ? TargetJson(*options->target) : TargetText(*options->target));
  }
  Reporter::Options reporting = Reporter::OptionsFor(arguments.output, context);
  reporting.dry_run = arguments.dry_run;
  RepackLog log(options->source.ToString());
  if (report) reporting.log = &log;
  Reporter reporter(console, reporting);
  for (const auto& text : Warnings(arguments, context.environment, memory)) {
    reporter.Emit(Warning{text});
  }
  outcome.status = RunRepack(*options, *s3, reporter, run.stop(), &outcome);
  outcome.digest = reporter.Finish();
  outcome.seconds = run.seconds();
  outcome.exit_code = ExitCodeOf(outcome.status, CountsOf(outcome.summary), run.signal());
  if (report) {
    WriteReport(*report, RepackReport(outcome, log), arguments.output, context, &outcome);
  }
  return Tell(outcome, arguments.output, console);
}

}  // namespace

Command MakeRepackCommand() {
  auto arguments = std::make_shared<RepackArguments>();
  return {
      .name = "repack",
      .summary = "rewrite every Parquet file below one place to another place",
      .synopsis = "--src LOCATION --dst LOCATION [FLAG...]",
      .description =
          "Rewrites every .parquet and .parq file below --src to the same name below\n"
          "--dst, so that a strict reader (--target) loads it. Schema and values stay as\n"
          "they are. A file that can't be repacked fails alone; a rerun does the rest.",
      .flags = RepackFlags(arguments.get()),
      .examples =
          {
              {"a folder on this machine", "pqpack repack --src data --dst repacked"},
              {"first what it would do, then S3 to S3",
               "pqpack repack --src s3://lake/orig --dst s3://lake/orig_repack --dry-run"},
              {"", "pqpack repack --src s3://lake/orig --dst s3://lake/orig_repack --workers 32"},
              {"one file, for any reader",
               "pqpack repack --src data/a.parquet --dst a.parquet --target generic"},
              {"the second of four workers",
               "pqpack repack --src s3://lake/orig --dst s3://lake/shared --shard 1/4"},
              {"for a program to read", "pqpack repack --src data --dst piped --output json"},
          },
      .run = [arguments](const Context& context) { return Run(*arguments, context); },
  };
}

}  // namespace pqpack::cli
