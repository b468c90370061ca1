// SPDX-License-Identifier: Apache-2.0
#include "cli/recover_command.h"

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/catalog_session.h"
#include "cli/exit_code.h"
#include "cli/location.h"
#include "cli/new_run_id.h"
#include "cli/output_options.h"
#include "cli/quiet_run.h"
#include "cli/render_runs.h"
#include "cli/store_options.h"
#include "cli/store_session.h"

namespace pqpack::cli {
namespace {

constexpr int kSteps = 16;  // that wait for the store, at once

struct RunsArguments {
  std::string location;
  std::vector<std::string> also;
  CatalogOptions table;
  StoreOptions store;
  OutputOptions output;
};

std::vector<Flag> LocationFlags(RunsArguments* arguments, const std::vector<Flag>& of_store) {
  std::vector<Flag> flags = {
      {.name = "location",
       .value = "LOCATION",
       .group = "Where",
       .help = "the table, or the target of a copy: a folder",
       .notes = "The folder that `_pqpack/` is in.",
       .set = SetText(&arguments->location),
       .positional = true},
  };
  flags.insert(flags.end(), of_store.begin(), of_store.end());
  for (auto& flag : OutputFlags(&arguments->output)) flags.push_back(std::move(flag));
  return flags;
}

std::vector<Flag> RecoverFlags(RunsArguments* arguments) {
  std::vector<Flag> flags = LocationFlags(arguments, WritingFlags(&arguments->store));
  flags.insert(flags.begin() + 1,
               {.name = "also",
                .value = "LOCATION",
                .group = "Where",
                .help = "another place that the dead run was to change or read",
                .notes = "The table of a copy, partitions outside of the table's folder. What a "
                         "dead run left names files, and none outside of these places is touched. "
                         "May be given several times.",
                .set = [arguments](std::string_view value) {
                  arguments->also.emplace_back(value);
                  return Status::OK();
                }});
  for (auto& flag : GlueFlags(&arguments->table, "The catalog")) flags.push_back(std::move(flag));
  return flags;
}

struct Places {
  Uri location;
  std::vector<Uri> also;
};

Result<Places> ChoosePlaces(const RunsArguments& arguments) {
  if (arguments.location.empty()) {
    return Error(ErrorCode::kInvalid, "which LOCATION is missing",
                 "Give the table's folder or s3://bucket/prefix.");
  }
  Places places;
  PQ_ASSIGN(places.location, ParseRealLocation("LOCATION", arguments.location));
  places.location = places.location.AsFolder();
  for (const std::string& text : arguments.also) {
    PQ_ASSIGN(const Uri also, ParseRealLocation("--also", text));
    places.also.push_back(also.AsFolder());
  }
  return places;
}

Status DoRecover(const RunsArguments& arguments, const Context& context, EventSink& events,
                 const std::stop_token& stop, RecoverOutcome* outcome) {
  PQ_ASSIGN(const Places places, ChoosePlaces(arguments));
  PQ_ASSIGN(const auto s3, MakeS3Config(arguments.store, context.environment));
  PQ_ASSIGN(const std::string run, NewRunId());
  const Uri& other = places.also.empty() ? places.location : places.also.front();
  PQ_ASSIGN(const auto session, StoreSession::Start({&places.location, &other}, s3, &events, stop));
  PQ_ASSIGN(const auto store, session->Open(places.location));
  std::unique_ptr<ObjectStore> table;
  if (other.scheme != places.location.scheme) {
    PQ_ASSIGN(table, session->Open(other));
  }
  std::unique_ptr<CatalogSession> catalog;
  PQ_ASSIGN(const auto choice, ChooseGlueTable(arguments.table, context.environment));
  if (choice) {
    PQ_ASSIGN(catalog, CatalogSession::Open(*choice, *session));
  }
  outcome->location = places.location.ToString();
  Executor executor(kSteps);
  const PublishContext publish{.store = *store,
                               .table = table ? *table : *store,
                               .executor = executor,
                               .width = kSteps,
                               .allowed = places.also,
                               .stop = stop,
                               .catalog = catalog ? &catalog->catalog() : nullptr};
  auto recovered = Recover({places.location, run}, LockOptions{}, publish, events);
  outcome->requests = session->requests().Snapshot();
  PQ_ASSIGN(outcome->recovered, std::move(recovered));
  // What was left as it was ends the command as it would have ended the run.
  for (const RecoveredRun& one : *outcome->recovered) {
    PQ_RETURN_NOT_OK(one.report.ToStatus());
  }
  return Status::OK();
}

Status DoRuns(const RunsArguments& arguments, const Context& context, EventSink& events,
              const std::stop_token& stop, RunsOutcome* outcome) {
  PQ_ASSIGN(const Places places, ChoosePlaces(arguments));
  PQ_ASSIGN(const auto s3, MakeS3Config(arguments.store, context.environment));
  PQ_ASSIGN(const auto session, StoreSession::Start({&places.location}, s3, &events, stop));
  PQ_ASSIGN(const auto store, session->Open(places.location));
  outcome->location = places.location.ToString();
  auto found = FindRuns(*store, places.location);
  auto plans = found.ok() ? FindPlans(*store, places.location) : std::vector<FoundPlan>();
  if (found.ok()) {
    PQ_ASSIGN(found->swaps, FindSwaps(*store, places.location));
  }
  outcome->requests = session->requests().Snapshot();
  outcome->now = std::chrono::system_clock::now();
  PQ_ASSIGN(outcome->plans, std::move(plans));
  PQ_ASSIGN(outcome->found, std::move(found));
  return Status::OK();
}

}  // namespace

Command MakeRecoverCommand() {
  auto arguments = std::make_shared<RunsArguments>();
  return {
      .name = "recover",
      .summary = "end compactions that died: complete them, or undo what nobody saw",
      .synopsis = "LOCATION [FLAG...]",
      .description =
          "Ends what dead runs of compact have left below LOCATION. A run that had proven\n"
          "all of its files is completed; of one that had not, what it staged is removed.\n"
          "A run is dead if its process is gone from this machine, or if its lock was not\n"
          "renewed for 10 minutes. While one is alive, nothing is done (exit 4). The next\n"
          "compaction does the same by itself.",
      .flags = RecoverFlags(arguments.get()),
      .examples =
          {
              {"a table on this machine", "pqpack recover table"},
              {"a table on S3", "pqpack recover s3://lake/t"},
              {"a copy, which reads the table too", "pqpack recover copy --also table"},
              {"a swap, which leads a catalog",
               "pqpack recover s3://lake/t --database-name d --table-name t"},
          },
      .run =
          [arguments](const Context& context) {
            return RunQuietly<RecoverOutcome>(*arguments, context, DoRecover, RecoverText,
                                              RecoverJson);
          },
      .events = RecoverEvents(),
  };
}

Command MakeRunsCommand() {
  auto arguments = std::make_shared<RunsArguments>();
  return {
      .name = "runs",
      .summary = "compactions that are at work on a table, or died there",
      .synopsis = "LOCATION [FLAG...]",
      .description =
          "Lists the runs of compact that have not ended: how far each one is, whether it\n"
          "is alive, what it has staged, and who holds the lock; and plans whose workers\n"
          "have left something. Only looks: `pqpack recover` ends dead runs, and `pqpack\n"
          "commit` plans.",
      .flags = LocationFlags(arguments.get(), SourceFlags(&arguments->store)),
      .examples =
          {
              {"a table on this machine", "pqpack runs table"},
              {"for a program to read", "pqpack runs s3://lake/t --output json"},
          },
      .run =
          [arguments](const Context& context) {
            return RunQuietly<RunsOutcome>(*arguments, context, DoRuns, RunsText, RunsJson);
          },
      .events = RunsEvents(),
  };
}

}  // namespace pqpack::cli
