// SPDX-License-Identifier: Apache-2.0
#include "cli/repack_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "base/executor.h"
#include "cli/exit_code.h"
#include "cli/human.h"
#include "cli/memory_limit.h"
#include "cli/outcome.h"
#include "cli/render_json.h"
#include "cli/render_text.h"
#include "cli/repack_arguments.h"
#include "cli/reporter.h"
#include "cli/s3_session.h"
#include "cli/signals.h"
#include "store/open_store.h"

namespace pqpack::cli {
namespace {

// Uploads of parts and reading ahead wait for the network, not for a CPU.
constexpr int kIoThreads = 32;

bool UsesS3(const RepackOptions& options) {
  return options.source.scheme == Scheme::kS3 || options.destination.scheme == Scheme::kS3;
}

void SetMemoryLimit(const RepackArguments& arguments, Console& console, RepackOptions* options) {
  const auto limit = ChooseMemoryLimit(arguments.store.memory_limit, CgroupMemoryLimit("/"));
  options->memory_limit = limit.bytes;
  if (limit.reduced && !arguments.output.quiet) {
    console.Err(
        fmt::format("warning: --memory-limit is cut to {}, half of what the container allows",
                    HumanBytes(limit.bytes)));
  }
}

Reporter::Options ReporterOptions(const RepackArguments& arguments, const Context& context) {
  Reporter::Options options;
  options.json = arguments.output.json();
  options.dry_run = arguments.dry_run;
  options.level = arguments.output.level();
  if (!arguments.output.quiet) {
    options.progress = context.console.IsSmart(context.environment.Get("TERM"))
                           ? Progress::Style::kBar
                           : Progress::Style::kLines;
  }
  return options;
}

// Opens both stores and does the work; what is between them lives no longer.
Status RunRepack(const RepackOptions& options, const S3Config& s3, EventSink& events,
                 std::stop_token stop, Outcome* outcome) {
  std::unique_ptr<S3Session> session;
  if (UsesS3(options)) {
    PQ_ASSIGN(session, S3Session::Start(s3.profile));
  }
  RequestCounters counters;
  Executor io(kIoThreads);
  const StoreConfig config{s3, &io, &events, &counters, stop};
  PQ_ASSIGN(const auto source, OpenStore(options.source, config));
  PQ_ASSIGN(const auto destination, OpenStore(options.destination, config));
  const Status status = Repack(options, *source, *destination, io, events, stop, &outcome->summary);
  outcome->requests = counters.Snapshot();
  return status;
}

int Report(const Outcome& outcome, const OutputOptions& output, Console& console) {
  const bool stopped = CodeOf(outcome.status) == ErrorCode::kCancelled;
  if (!outcome.status.ok() && !stopped) {
    console.Err(ErrorText(outcome.status));
    if (output.json()) console.Out(ErrorJson(outcome.status));
  }
  console.Out(output.json() ? SummaryJson(outcome) : SummaryText(outcome, output.quiet));
  return outcome.exit_code;
}

int Run(const RepackArguments& arguments, const Context& context) {
  Console& console = context.console;
  Outcome outcome;
  const auto start = std::chrono::steady_clock::now();
  auto options = MakeRepackOptions(arguments, context.environment);
  auto s3 = MakeS3Config(arguments.store, context.environment);
  outcome.status = options.ok() ? s3.status() : options.status();
  if (!outcome.status.ok()) {
    outcome.exit_code = ExitCodeOf(outcome.status);
    return Report(outcome, arguments.output, console);
  }

  outcome.options = &*options;
  outcome.stat = arguments.output.stat;
  SetMemoryLimit(arguments, console, &*options);
  if (options->dry_run) {
    const bool json = arguments.output.json();
    console.Out(json ? TargetJson(*options->target) : TargetText(*options->target));
  }
  SignalWatch signals([&console](int) { console.Err("stopping; once more stops at once"); });
  Reporter reporter(console, ReporterOptions(arguments, context));
  outcome.status = RunRepack(*options, *s3, reporter, signals.stop(), &outcome);
  outcome.digest = reporter.Finish();
  outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  outcome.exit_code = ExitCodeOf(outcome.status, outcome.summary, signals.signal());
  return Report(outcome, arguments.output, console);
}

}  // namespace

Command MakeRepackCommand() {
  auto arguments = std::make_shared<RepackArguments>();
  return {
      .name = "repack",
      .summary = "rewrite every Parquet file below one place to another place",
      .synopsis = "--src LOCATION --dst LOCATION [FLAG...]",
      .description =
          "Rewrites every .parquet and .parq file below --src to the same name below --dst, so\n"
          "that a strict reader (--target) loads it. Schema and values stay the same. A file that\n"
          "can't be repacked fails alone; a rerun does what is not there yet.",
      .flags = RepackFlags(arguments.get()),
      .examples =
          {
              {"a folder on this machine", "pqpack repack --src data --dst repacked"},
              {"S3 to S3, with what it would do first",
               "pqpack repack --src s3://lake/orig --dst s3://lake/orig_repack --dry-run"},
              {"", "pqpack repack --src s3://lake/orig --dst s3://lake/orig_repack --workers 32"},
              {"one file, for any reader, with another codec",
               "pqpack repack --src data/a.parquet --dst a.parquet --target generic "
               "--compression zstd"},
              {"the second of four workers, for a program to read",
               "pqpack repack --src s3://lake/orig --dst s3://lake/shared --shard 1/4 "
               "--output json"},
          },
      .run = [arguments](const Context& context) { return Run(*arguments, context); },
  };
}

}  // namespace pqpack::cli
