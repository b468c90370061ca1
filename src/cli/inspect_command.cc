// SPDX-License-Identifier: Apache-2.0
#include "cli/inspect_command.h"

#include <fmt/format.h>

#include <atomic>
#include <limits>
#include <memory>
#include <utility>

#include "cli/exit_code.h"
#include "cli/inspect_file.h"
#include "cli/inspect_json.h"
#include "cli/inspect_text.h"
#include "cli/location.h"
#include "cli/output_options.h"
#include "cli/render_text.h"
#include "cli/reporter.h"
#include "cli/store_options.h"
#include "cli/store_session.h"
#include "store/metered_store.h"
#include "store/read_ahead_file.h"

namespace pqpack::cli {
namespace {

struct InspectArguments {
  std::string file;
  std::optional<int64_t> row_group;
  std::string column;
  bool pages = false;
  std::string depth = "bodies";
  StoreOptions store;
  OutputOptions output;
};

std::vector<Flag> InspectFlags(InspectArguments* arguments) {
  const std::string group = "What to show";
  std::vector<Flag> flags = {
      {.name = "file",
       .value = "FILE",
       .group = group,
       .help = "a path or s3://bucket/key",
       .notes = "One file; a folder is refused.",
       .set = SetText(&arguments->file),
       .positional = true},
      {.name = "row-group",
       .value = "N",
       .group = group,
       .help = "only this row group, counted from 0",
       .notes = "",
       .set =
           [arguments](std::string_view value) {
             PQ_ASSIGN(arguments->row_group,
                       ParseInteger(value, 0, std::numeric_limits<int32_t>::max()));
             return Status::OK();
           }},
      {.name = "column",
       .value = "NAME",
       .group = group,
       .help = "only this column: a, or a.b for what is in a",
       .notes = "The dotted path of a column, or of a group for all columns in it.",
       .set = SetText(&arguments->column)},
      {.name = "pages",
       .value = "",
       .group = group,
       .help = "a line for each page; JSON always has them",
       .notes = "Without it each chunk's pages are summed up. Also lists the entries of page "
                "indexes.",
       .set = SetBoolean(&arguments->pages)},
      {.name = "read",
       .value = "WHAT",
       .group = group,
       .help = "footer, headers or bodies (default)",
       .notes = "How deep to look. `footer` reads the end of the file only; `headers` also page "
                "headers, page indexes and headers of Bloom filters; `bodies` also page bodies "
                "where a CRC is to be checked or nulls are to be counted.",
       .set = SetChoice(&arguments->depth, {"footer", "headers", "bodies"})},
  };
  for (auto& flag : SourceFlags(&arguments->store)) flags.push_back(std::move(flag));
  for (auto& flag : OutputFlags(&arguments->output)) flags.push_back(std::move(flag));
  return flags;
}

InspectOptions MakeOptions(const InspectArguments& arguments) {
  InspectOptions options;
  options.row_group = arguments.row_group;
  options.column = arguments.column;
  if (arguments.depth == "footer") options.depth = InspectDepth::kFooter;
  if (arguments.depth == "headers") options.depth = InspectDepth::kHeaders;
  return options;
}

// On S3 all of a file is read in large pieces ahead of the walk, parts of it in smaller ones.
ReadAheadOptions ReadOptions(const InspectOptions& options, Scheme scheme, Executor* io) {
  ReadAheadOptions read;
  read.executor = io;
  const bool parts = options.row_group || !options.column.empty();
  if (scheme == Scheme::kS3 && !parts && options.depth == InspectDepth::kBodies) return read;
  read.block_size = scheme == Scheme::kS3 ? kMiB : 256 * kKiB;
  read.blocks_ahead = 0;
  return read;
}

// A footer whose chunks jump to and fro could make us read the same blocks for ever.
Status CheckEffort(int64_t bytes_read, const ObjectInfo& object) {
  if (bytes_read <= 4 * object.size + 256 * kMiB) return Status::OK();
  return Error(ErrorCode::kCorrupt,
               fmt::format("{}: {} bytes were read of a file of {}: its chunks lie in no order",
                           object.uri.ToString(), bytes_read, object.size),
               "Look at parts of it with --row-group and --column.");
}

Status Inspect(const InspectArguments& arguments, const Context& context, Reporter& events,
               std::stop_token stop, InspectPrinter& printer, InspectOutcome* outcome) {
  if (arguments.file.empty()) {
    return Error(ErrorCode::kInvalid, "inspect needs a file", "Write pqpack inspect FILE.");
  }
  PQ_ASSIGN(const Uri uri, ParseLocation("FILE", arguments.file));
  PQ_ASSIGN(const S3Config s3, MakeS3Config(arguments.store, context.environment));
  InspectOptions options = MakeOptions(arguments);
  PQ_ASSIGN(const auto session, StoreSession::Start({&uri}, s3, &events, std::move(stop)));
  PQ_ASSIGN(const auto store, session->Open(uri));
  std::atomic<int64_t> bytes_read = 0;
  MeteredStore metered(*store, &bytes_read);
  PQ_ASSIGN(const ObjectInfo object, FindInspected(metered, uri));
  PQ_ASSIGN(const auto file,
            ReadAheadFile::Open(metered, object, ReadOptions(options, uri.scheme, &session->io())));
  options.may_go_on = [&] { return CheckEffort(bytes_read, object); };
  Status status = InspectFile(*file, object, options, printer, outcome);
  PQ_RETURN_NOT_OK(file->Close());
  outcome->bytes_read = bytes_read;
  outcome->requests = session->requests().Snapshot();
  return status;
}

// The first thing that is wrong, and that there is more.
Status BrokenFile(const std::string& file, const InspectOutcome& outcome) {
  const Break& first = *outcome.first;
  const std::string more =
      outcome.breaks > 1 ? fmt::format(" (the first of {} places)", outcome.breaks) : "";
  return first.problem.WithMessage(file, ": ", first.Where(), more, ": ", first.What());
}

int Run(const InspectArguments& arguments, const Context& context) {
  Console& console = context.console;
  const CommandRun run(console);
  const bool json = arguments.output.json();
  const auto printer = json ? MakeInspectJson(console) : MakeInspectText(console, arguments.pages);
  InspectOutcome outcome;
  outcome.stat = arguments.output.stat;
  Reporter::Options reporting;
  reporting.json = json;
  reporting.level = arguments.output.level();
  Reporter reporter(console, reporting);
  outcome.status = Inspect(arguments, context, reporter, run.stop(), *printer, &outcome);
  (void)reporter.Finish();
  if (outcome.status.ok() && outcome.first) outcome.status = BrokenFile(arguments.file, outcome);
  outcome.seconds = run.seconds();
  outcome.exit_code = ExitCodeOf(outcome.status, FileCounts{}, run.signal());
  if (!outcome.status.ok() && CodeOf(outcome.status) != ErrorCode::kCancelled) {
    console.Err(ErrorText(outcome.status));
  }
  printer->Summary(outcome);
  return outcome.exit_code;
}

}  // namespace

Command MakeInspectCommand() {
  auto arguments = std::make_shared<InspectArguments>();
  return {
      .name = "inspect",
      .summary = "what is in a Parquet file, page by page",
      .synopsis = "FILE [FLAG...]",
      .description =
          "Prints the schema with its levels, row groups, column chunks, their statistics\n"
          "and indexes, and pages as their own headers tell them, with CRCs checked. A\n"
          "broken file is read as far as that goes; what is wrong is said there (exit 1).",
      .flags = InspectFlags(arguments.get()),
      .examples =
          {
              {"all of it, a summary of the pages per chunk", "pqpack inspect data/a.parquet"},
              {"each page of one column", "pqpack inspect data/a.parquet --column id --pages"},
              {"the footer only, of a file on S3",
               "pqpack inspect s3://lake/orig/0.parquet --read footer"},
              {"for a program to read",
               "pqpack inspect data/a.parquet --row-group 0 --output json"},
          },
      .run = [arguments](const Context& context) { return Run(*arguments, context); },
      .events = InspectEvents(),
  };
}

}  // namespace pqpack::cli
