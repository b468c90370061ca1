// SPDX-License-Identifier: Apache-2.0
#include "cli/verify_command.h"

#include <unistd.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/common_flags.h"
#include "cli/digest.h"
#include "cli/exit_code.h"
#include "cli/human.h"
#include "cli/location.h"
#include "cli/memory_limit.h"
#include "cli/output_options.h"
#include "cli/quiet_events.h"
#include "cli/render_json.h"
#include "cli/render_text.h"
#include "cli/render_verify.h"
#include "cli/reporter.h"
#include "cli/store_options.h"
#include "cli/store_session.h"
#include "store/metered_store.h"

namespace pqpack::cli {
namespace {

struct VerifyArguments {
  std::string a, b;
  std::string proof = "auto";
  bool unordered = false;
  bool merged = false;
  int64_t workers = 0;
  StoreOptions store;
  OutputOptions output;
};

// At the most so many pairs are told as text.
constexpr size_t kMostTold = kMostNamed;

// One call at a time, by the contract of Verify().
class PairReport {
 public:
  PairReport(Console& console, const OutputOptions& output) : console_(console), output_(output) {}

  void Add(const PairVerified& pair) {
    const std::string text = PairText(pair);
    if (output_.json()) console_.Out(PairJson(pair));
    if (!pair.result.ok()) console_.Err(ErrorText(pair.result.status()));
    if (text.empty()) {
      if (output_.level() >= LogLevel::kInfo) {
        console_.Err("same " + OneLine(pair.a) + " and " + OneLine(pair.b));
      }
      return;
    }
    if (told_.size() < kMostTold) {
      told_.emplace(pair.a, text);
    } else {
      ++untold_;
    }
  }

  void MoveTo(VerifyOutcome* outcome) {
    for (auto& [name, text] : told_) outcome->told.push_back(std::move(text));
    outcome->untold = untold_;
  }

 private:
  Console& console_;
  const OutputOptions& output_;
  std::map<std::string, std::string> told_;
  int64_t untold_ = 0;
};

Result<RowHashKey> RandomKey() {
  RowHashKey key{};
  if (getentropy(key.data(), key.size()) != 0) {
    return Error(ErrorCode::kConfig, "the system has no random numbers to give",
                 "Compare without --unordered.");
  }
  return key;
}

Result<VerifyOptions> MakeVerifyOptions(const VerifyArguments& arguments) {
  VerifyOptions options;
  if (arguments.a.empty() || arguments.b.empty()) {
    return Error(ErrorCode::kInvalid, "verify needs two locations",
                 "Write pqpack verify A B: files or folders, local or on S3.");
  }
  PQ_ASSIGN(options.a, ParseLocation("A", arguments.a));
  PQ_ASSIGN(options.b, ParseLocation("B", arguments.b));
  options.workers = static_cast<int>(arguments.workers);
  if (arguments.proof == "content") options.proof = Proof::kContent;
  if (arguments.proof == "structure") options.proof = Proof::kStructure;
  if (arguments.merged) {
    if (arguments.unordered) {
      return Error(ErrorCode::kInvalid,
                   "--merged compares rows in their order, --unordered in none",
                   "Leave out one of them.");
    }
    options.schemas = SchemaRule::kMerged;
  }
  if (arguments.unordered) {
    if (options.proof == Proof::kStructure) {
      return Error(ErrorCode::kInvalid, "--proof structure knows no rows, so not in any order",
                   "Leave out --proof or --unordered.");
    }
    PQ_ASSIGN(options.unordered, RandomKey());
  }
  return options;
}

// Opens the stores and does the work; what they borrow lives no longer.
Status RunVerify(const VerifyOptions& options, const S3Config& s3, QuietEvents& events,
                 const std::function<void(const PairVerified&)>& on_pair, std::stop_token stop,
                 VerifyOutcome* outcome) {
  PQ_ASSIGN(const auto session, StoreSession::Start({&options.a, &options.b}, s3, &events, stop));
  PQ_ASSIGN(const auto store, session->Open(options.a));
  std::unique_ptr<ObjectStore> other;
  if (options.b.scheme != options.a.scheme) {
    PQ_ASSIGN(other, session->Open(options.b));
  }
  MeteredStore a(*store, events.bytes_read());
  MeteredStore b(other != nullptr ? *other : *store, events.bytes_read());
  const Status status =
      Verify(options, a, b, session->io(), events, on_pair, stop, &outcome->summary);
  outcome->requests = session->requests().Snapshot();
  return status;
}

// The same order as for every command: interrupted, then 6, 3, 1, 4, 5.
int ExitCodeFor(const VerifyOutcome& outcome, int signal) {
  FileCounts counts;
  counts.completed = outcome.summary.same + outcome.summary.different;
  counts.failed = outcome.summary.failed;
  counts.failed_by_code = outcome.summary.failed_by_code;
  const int code = ExitCodeOf(outcome.status, counts, signal);
  const bool stopped = code == kExitInterrupted || code == kExitTerminated;
  return outcome.summary.different > 0 && !stopped ? kExitProof : code;
}

int Report(const VerifyOutcome& outcome, const OutputOptions& output, Console& console) {
  TellError(outcome, /*told=*/false, output, console);
  if (output.json()) {
    console.Out(VerifySummaryJson(outcome));
  } else if (outcome.options != nullptr) {  // wrong use is no run
    console.Out(VerifySummaryText(outcome, output.quiet));
  }
  return outcome.exit_code;
}

int Run(const VerifyArguments& arguments, const Context& context) {
  Console& console = context.console;
  VerifyOutcome outcome;
  const CommandRun run(console);
  auto options = MakeVerifyOptions(arguments);
  auto s3 = MakeS3Config(arguments.store, context.environment);
  outcome.status = options.ok() ? s3.status() : options.status();
  if (!outcome.status.ok()) {
    outcome.exit_code = ExitCodeOf(outcome.status);
    return Report(outcome, arguments.output, console);
  }
  outcome.options = &*options;
  outcome.stat = arguments.output.stat;
  options->memory_limit =
      ChooseMemoryLimit(arguments.store.memory_limit, CgroupMemoryLimit("/")).bytes;
  QuietEvents events(console, arguments.output, StyleFor(arguments.output, context));
  PairReport report(console, arguments.output);
  outcome.status = RunVerify(
      *options, *s3, events, [&](const PairVerified& pair) { report.Add(pair); }, run.stop(),
      &outcome);
  events.Finish();
  report.MoveTo(&outcome);
  outcome.seconds = run.seconds();
  outcome.exit_code = ExitCodeFor(outcome, run.signal());
  return Report(outcome, arguments.output, console);
}

std::vector<Flag> VerifyFlags(VerifyArguments* arguments) {
  const std::string what = "What to compare";
  std::vector<Flag> flags = {
      {.name = "a",
       .value = "A",
       .group = what,
       .help = "file or folder: s3://bucket/prefix, file:///path, path",
       .notes = "Below a folder, names that end in `.parquet` or `.parq` are taken.",
       .set = SetText(&arguments->a),
       .positional = true},
      {.name = "b",
       .value = "B",
       .group = what,
       .help = "what it is held against; two folders are paired by name",
       .notes = "Where one of them is a file, the files of the other one, in the order of their "
                "names, are one sequence of rows.",
       .set = SetText(&arguments->b),
       .positional = true},
      {.name = "unordered",
       .value = "",
       .group = what,
       .help = "rows may have any order, in any files; columns too",
       .notes =
           "Each place is one set of rows, and equal rows count as often as they are there. By "
           "sums of 128-bit hashes with a random key: sure but for a chance of about 2^-128. "
           "Names the columns that differ, but no row.",
       .set = SetBoolean(&arguments->unordered)},
      {.name = "merged",
       .value = "",
       .group = what,
       .help = "B is what A's files, which may differ, were merged into",
       .notes =
           "Each place is one sequence of rows, in the order of names. B has the columns of all "
           "files of A, matched by name but for case: null where a file lacks one, in "
           "any order, with the same type or one that holds all values.",
       .set = SetBoolean(&arguments->merged)},
      {.name = "proof",
       .value = "KIND",
       .group = "How",
       .help = "auto (default), content or structure",
       .notes =
           "`content` decodes every value of both sides. `structure` decodes none: it compares the "
           "bytes of pages, stored or decompressed, their levels, and what indices into "
           "dictionaries name; what it can't compare it calls different. `auto` takes structure "
           "where it holds and content for the rest.",
       .set = SetChoice(&arguments->proof, {"auto", "content", "structure"})},
      WorkersFlag(&arguments->workers, "How"),
  };
  for (auto& flag : ReadingFlags(&arguments->store)) flags.push_back(std::move(flag));
  for (auto& flag : OutputFlags(&arguments->output)) flags.push_back(std::move(flag));
  return flags;
}

}  // namespace

Command MakeVerifyCommand() {
  auto arguments = std::make_shared<VerifyArguments>();
  return {
      .name = "verify",
      .summary = "prove that two places hold the same rows",
      .synopsis = "A B [FLAG...]",
      .description =
          "Compares every value, null and empty list of both sides, bit for bit, whatever\n"
          "wrote them. Ends with 0 if they are the same, with 6 and the\n"
          "first difference (file, row group, column, row, both values) if not.",
      .flags = VerifyFlags(arguments.get()),
      .examples =
          {
              {"a repacked folder against its source, pair by pair", "pqpack verify data repacked"},
              {"one file against another", "pqpack verify data/a.parquet a.parquet"},
              {"on S3", "pqpack verify s3://lake/orig s3://lake/orig_repack"},
              {"rows in any order: many files against one",
               "pqpack verify data repacked --unordered"},
              {"many small files against the few that they became",
               "pqpack verify before after --merged"},
              {"for a program to read", "pqpack verify data repacked --output json"},
          },
      .run = [arguments](const Context& context) { return Run(*arguments, context); },
  };
}

}  // namespace pqpack::cli
