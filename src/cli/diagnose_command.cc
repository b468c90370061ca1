// SPDX-License-Identifier: Apache-2.0
#include "cli/diagnose_command.h"

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "cli/check_list.h"
#include "cli/common_flags.h"
#include "cli/exit_code.h"
#include "cli/human.h"
#include "cli/location.h"
#include "cli/memory_limit.h"
#include "cli/output_options.h"
#include "cli/render_diagnose.h"
#include "cli/render_json.h"
#include "cli/render_text.h"
#include "cli/reporter.h"
#include "cli/store_options.h"
#include "cli/store_session.h"
#include "run/diagnose.h"

namespace pqpack::cli {
namespace {

struct DiagnoseArguments {
  std::string location;
  std::string target = "snowflake";
  int64_t workers = 0;
  bool deep = false;
  bool list_checks = false;
  StoreOptions store;
  OutputOptions output;
};

std::vector<Flag> DiagnoseFlags(DiagnoseArguments* arguments) {
  const std::string group = "What to do";
  std::vector<Flag> flags = {
      {.name = "location",
       .value = "LOCATION",
       .group = group,
       .help = "file or prefix: s3://bucket/prefix, file:///path, path",
       .notes = "Below a prefix only names that end in `.parquet` or `.parq` are taken; a file may "
                "have any name.",
       .set = SetText(&arguments->location),
       .once = true,
       .positional = true},
      {.name = "target",
       .value = "NAME",
       .group = group,
       .help = "the reader to ask for (snowflake), as for repack",
       .notes = "",
       .set = SetText(&arguments->target)},
      {.name = "deep",
       .value = "",
       .group = group,
       .help = "read every page: counts, checksums, levels, statistics",
       .notes = "Without it: the footer, page indexes and the headers of each chunk's first pages.",
       .set = SetBoolean(&arguments->deep)},
      {.name = "list-checks",
       .value = "",
       .group = group,
       .help = "print every check with its evidence, and end",
       .notes = "",
       .set = SetBoolean(&arguments->list_checks)},
      WorkersFlag(&arguments->workers, group, "files in parallel"),
  };
  for (auto& flag : ReadingFlags(&arguments->store)) flags.push_back(std::move(flag));
  for (auto& flag : OutputFlags(&arguments->output)) flags.push_back(std::move(flag));
  return flags;
}

Result<DiagnoseRunOptions> MakeOptions(const DiagnoseArguments& arguments) {
  if (arguments.location.empty()) {
    return Error(ErrorCode::kInvalid, "diagnose needs a LOCATION",
                 "Give a file, a folder or s3://bucket/prefix.");
  }
  DiagnoseRunOptions options;
  PQ_ASSIGN(options.location, ParseLocation("LOCATION", arguments.location));
  auto target = FindTarget(arguments.target);
  if (!target.ok()) return Within("--target", target.status());
  options.file.target = *target;
  options.file.deep = arguments.deep;
  options.workers = static_cast<int>(arguments.workers);
  return options;
}

// Prints each diagnosis as it comes, or what its form asks for, and gathers them all.
class DiagnosisPrinter {
 public:
  DiagnosisPrinter(const DiagnoseArguments& arguments, const DiagnoseRunOptions& options,
                   Reporter& reporter, Console& console)
      : json_(arguments.output.json()),
        verbose_(arguments.output.level() >= LogLevel::kInfo),
        options_(options),
        reporter_(reporter),
        console_(console) {}

  void Add(const FileDiagnosis& diagnosis) {
    reporter_.Advance(diagnosis.uri);
    if (json_) {
      console_.Out(DiagnosisJson(diagnosis));
    } else if (verbose_ || diagnosis.uri == options_.location.ToString()) {
      console_.Out(DiagnosisText(diagnosis, *options_.file.target));
    }
    std::lock_guard lock(mutex_);
    digest_.Add(diagnosis);
  }

  DiagnoseDigest Take() { return std::move(digest_); }

 private:
  const bool json_;
  const bool verbose_;
  const DiagnoseRunOptions& options_;
  Reporter& reporter_;
  Console& console_;
  std::mutex mutex_;
  DiagnoseDigest digest_;
};

Status RunDiagnose(const DiagnoseArguments& arguments, const DiagnoseRunOptions& options,
                   const S3Config& s3, Reporter& reporter, Console& console, std::stop_token stop,
                   DiagnoseOutcome* outcome) {
  PQ_ASSIGN(const auto session, StoreSession::Start({&options.location}, s3, &reporter, stop));
  PQ_ASSIGN(const auto store, session->Open(options.location));
  DiagnosisPrinter printer(arguments, options, reporter, console);
  const Status status = DiagnoseAll(
      options, *store, session->io(), reporter,
      [&](const FileDiagnosis& diagnosis) { printer.Add(diagnosis); }, stop, &outcome->summary);
  outcome->digest = printer.Take();
  outcome->requests = session->requests().Snapshot();
  return status;
}

// 1 also where every file could be read, but something was found.
int ExitCodeOf(const DiagnoseOutcome& outcome, int signal) {
  FileCounts files;
  files.completed = outcome.summary.files;
  files.failed = outcome.summary.failed;
  files.failed_by_code = outcome.summary.failed_by_code;
  const int code = cli::ExitCodeOf(outcome.status, files, signal);
  const auto& worst = outcome.summary.by_worst;
  const bool found = worst.contains(Severity::kError) || worst.contains(Severity::kFatal);
  const bool weaker = code == kExitOk || code == kExitRunAgain || code == kExitTransient;
  return found && weaker ? int{kExitSomeFailed} : code;
}

int Report(const DiagnoseOutcome& outcome, const Digest& files, const OutputOptions& output,
           Console& console) {
  TellError(outcome, files.Tells(outcome.status), output, console);
  if (output.json()) {
    console.Out(DiagnoseSummaryJson(outcome));
  } else if (outcome.options != nullptr) {
    if (outcome.status.ok() && outcome.summary.files + outcome.summary.failed == 0) {
      console.Err("Nothing to do: no .parquet or .parq file below " +
                  OneLine(outcome.options->location.ToString()) + ".");
    }
    const bool brief = outcome.summary.files <= 1 || output.quiet;
    console.Out(DiagnoseSummaryText(outcome, brief));
  }
  return outcome.exit_code;
}

int Run(const DiagnoseArguments& arguments, const Context& context) {
  Console& console = context.console;
  if (arguments.list_checks) {
    console.Out(arguments.output.json() ? CheckListJson() : CheckListText());
    return kExitOk;
  }
  DiagnoseOutcome outcome;
  const CommandRun run(console);
  auto options = MakeOptions(arguments);
  const auto s3 = MakeS3Config(arguments.store, context.environment);
  outcome.status = options.ok() ? s3.status() : options.status();
  outcome.stat = arguments.output.stat;
  if (!outcome.status.ok()) {
    outcome.exit_code = cli::ExitCodeOf(outcome.status);
    return Report(outcome, {}, arguments.output, console);
  }
  outcome.options = &*options;
  options->memory_limit =
      ChooseMemoryLimit(arguments.store.memory_limit, CgroupMemoryLimit("/")).bytes;
  Reporter reporter(console, Reporter::OptionsFor(arguments.output, context));
  outcome.status = RunDiagnose(arguments, *options, *s3, reporter, console, run.stop(), &outcome);
  const Digest files = reporter.Finish();
  outcome.seconds = run.seconds();
  outcome.exit_code = ExitCodeOf(outcome, run.signal());
  return Report(outcome, files, arguments.output, console);
}

}  // namespace

Command MakeDiagnoseCommand() {
  auto arguments = std::make_shared<DiagnoseArguments>();
  return {
      .name = "diagnose",
      .summary = "say what is wrong with files, for whom, and which repair is enough",
      .synopsis = "LOCATION [FLAG...]",
      .description =
          "Looks at a Parquet file, or at every one below a prefix, and says what a reader\n"
          "(--target) will not take or will misread, on what evidence, and the least\n"
          "repair. Writes nothing. Ends with 1 where something of severity error or fatal\n"
          "was found.",
      .flags = DiagnoseFlags(arguments.get()),
      .examples =
          {
              {"one file, for Snowflake", "pqpack diagnose data/a.parquet"},
              {"a prefix, summed up by check and by writer",
               "pqpack diagnose s3://lake/orig --target athena"},
              {"every page, one JSON object per file", "pqpack diagnose data --deep --output json"},
              {"what is looked for, and why", "pqpack diagnose --list-checks"},
          },
      .run = [arguments](const Context& context) { return Run(*arguments, context); },
  };
}

}  // namespace pqpack::cli
