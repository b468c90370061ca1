// SPDX-License-Identifier: Apache-2.0
#include "cli/plan_command.h"

#include <charconv>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "catalog/partition_types.h"
#include "cli/exit_code.h"
#include "cli/location.h"
#include "cli/output_options.h"
#include "cli/render_plan.h"
#include "cli/reporter.h"
#include "cli/store_options.h"
#include "cli/store_session.h"
#include "run/plan_compaction.h"

namespace pqpack::cli {
namespace {

constexpr int64_t kMostMebibytes = 1 << 20;

struct PlanArguments {
  std::string path;
  std::string predicate;
  std::string types;
  int64_t target_mib = 128;
  std::string threshold;  // empty: as CompactPolicy has it
  StoreOptions store;
  OutputOptions output;
};

std::vector<Flag> PlanFlags(PlanArguments* arguments) {
  const std::string what = "What to look at";
  const std::string how = "What is wanted";
  std::vector<Flag> flags = {
      {.name = "path",
       .value = "LOCATION",
       .group = what,
       .help = "the table: a folder, s3://bucket/prefix",
       .notes = "Partitions are its `key=value` folders, or it has none. Names that begin with `_` "
                "or `.` are hidden. Every other object belongs to its partition, whatever its name "
                "ends in. A tree of Iceberg, Delta, Hudi, Paimon or Hive ACID is refused.",
       .set = SetText(&arguments->path),
       .once = true},
      {.name = "partition-predicate",
       .value = "SQL",
       .group = what,
       .help = "which partitions: \"year = 2023 AND month < 6\"",
       .notes = "`= <> != < <= > >= AND OR NOT IN BETWEEN LIKE IS NULL` and parentheses over the "
                "partition keys, compared by their types.",
       .set = SetText(&arguments->predicate)},
      {.name = "partition-types",
       .value = "TYPES",
       .group = what,
       .help = "types of the partition keys: \"year int, day date\"",
       .notes = "In the order of the folders. Without it a key is bigint if all its values are "
                "integers, date if all are dates, else string.",
       .set = SetText(&arguments->types)},
      {.name = "target-file-size-mb",
       .value = "N",
       .group = how,
       .help = "size that merged files aim at, in MiB (128)",
       .notes = "",
       .set = SetInteger(&arguments->target_mib, 1, kMostMebibytes)},
      {.name = "small-file-threshold",
       .value = "SHARE",
       .group = how,
       .help = "files from this share of it on are left (0.75)",
       .notes = "Above 0, and 1 at the most.",
       .set = SetText(&arguments->threshold)},
  };
  for (auto& flag : SourceFlags(&arguments->store)) flags.push_back(std::move(flag));
  for (auto& flag : OutputFlags(&arguments->output)) flags.push_back(std::move(flag));
  return flags;
}

Result<double> ParseShare(const std::string& text) {
  double share = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), share);
  if (error != std::errc() || end != text.data() + text.size() || !(share > 0 && share <= 1)) {
    return Error(ErrorCode::kInvalid, "--small-file-threshold: '" + text + "' is no share",
                 "Give a number above 0 and 1 at the most, such as 0.75.");
  }
  return share;
}

Result<PlanOptions> MakePlanOptions(const PlanArguments& arguments) {
  if (arguments.path.empty()) {
    return Error(ErrorCode::kInvalid, "plan needs --path LOCATION",
                 "Give the table's folder or s3://bucket/prefix.");
  }
  PlanOptions options;
  PQ_ASSIGN(options.path, ParseLocation("--path", arguments.path));
  if (!arguments.types.empty()) {
    auto types = ParsePartitionTypes(arguments.types);
    if (!types.ok()) return Within("--partition-types", types.status());
    options.partition_types = *std::move(types);
  }
  options.predicate = arguments.predicate;
  options.policy.target_file_size = arguments.target_mib * kMiB;
  if (!arguments.threshold.empty()) {
    PQ_ASSIGN(options.policy.small_file_threshold, ParseShare(arguments.threshold));
  }
  return options;
}

// Opens the store and looks; what it borrows lives no longer.
Status RunPlan(const PlanOptions& options, const S3Config& s3, Reporter& events,
               const std::stop_token& stop, PlanOutcome* outcome) {
  PQ_ASSIGN(const auto session, StoreSession::Start({&options.path}, s3, &events, stop));
  PQ_ASSIGN(const auto store, session->Open(options.path));
  auto plan = PlanCompaction(options, *store, stop);
  outcome->requests = session->requests().Snapshot();
  PQ_ASSIGN(outcome->plan, std::move(plan));
  return Status::OK();
}

int Run(const PlanArguments& arguments, const Context& context) {
  Console& console = context.console;
  PlanOutcome outcome;
  outcome.stat = arguments.output.stat;
  const CommandRun run(console);
  const auto options = MakePlanOptions(arguments);
  const auto s3 = MakeS3Config(arguments.store, context.environment);
  outcome.status = options.ok() ? s3.status() : options.status();
  if (outcome.status.ok()) {
    Reporter reporter(console, Reporter::OptionsFor(arguments.output, context));
    outcome.status = RunPlan(*options, *s3, reporter, run.stop(), &outcome);
    (void)reporter.Finish();
  }
  outcome.seconds = run.seconds();
  outcome.exit_code = ExitCodeOf(outcome.status, RepackSummary{}, run.signal());
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
  auto arguments = std::make_shared<PlanArguments>();
  return {
      .name = "plan",
      .summary = "which small files of a table would be merged, and why others not",
      .synopsis = "--path LOCATION [FLAG...]",
      .description =
          "Lists a Hive-style directory and says, partition by partition, which files are\n"
          "small, how they would be merged, and what is left as it is, and why. Reads\n"
          "names and sizes only, and writes nothing.",
      .flags = PlanFlags(arguments.get()),
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
