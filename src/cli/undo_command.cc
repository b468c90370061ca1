// SPDX-License-Identifier: Apache-2.0
#include "cli/undo_command.h"

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/add_line.h"
#include "cli/catalog_session.h"
#include "cli/exit_code.h"
#include "cli/human.h"
#include "cli/json_line.h"
#include "cli/location.h"
#include "cli/new_run_id.h"
#include "cli/output_options.h"
#include "cli/quiet_run.h"
#include "cli/run_end.h"
#include "cli/store_options.h"
#include "commit/undo.h"

namespace pqpack::cli {
namespace {

constexpr int kSteps = 16;  // that wait for the store or the catalog, at once

constexpr std::array kEvents = {
    JsonEvent{"location_restored", "values, location, left",
              "the catalog leads to `location` again, and not to `left`; `values` are the "
              "partition's, none: the table's own"},
    JsonEvent{"location_kept", "values, location, error, action, code",
              "the catalog was left, and leads to `location` or to a third place"},
    JsonEvent{"summary",
              "completed, skipped, stale, failed, bytes_in, bytes_out, seconds, exit_code, "
              "location, run, late, unread, requests",
              "always the last line; counts locations; `late`: files that arrived meanwhile and "
              "were copied to the old places; `unread`: the place that nothing leads to any more; "
              "`requests` with --stat"},
};

struct UndoArguments {
  std::string location;
  std::string run;
  std::vector<std::string> also;
  CatalogOptions table;
  StoreOptions store;
  OutputOptions output;
};

struct UndoOutcome : RunEnd {
  std::string location;
  std::string run;
  std::string place;                 // of the swap
  std::optional<UndoReport> report;  // absent: it failed
};

std::vector<Flag> UndoFlags(UndoArguments* arguments) {
  std::vector<Flag> flags = {
      {.name = "location",
       .value = "LOCATION",
       .group = "What to undo",
       .help = "where the table was when it was swapped",
       .notes = "The folder that `_pqpack/swaps/` is in.",
       .set = SetText(&arguments->location),
       .positional = true},
      {.name = "run",
       .value = "RUN",
       .group = "What to undo",
       .help = "the swap, as pqpack runs LOCATION names it",
       .notes = "",
       .set = SetText(&arguments->run),
       .positional = true},
      {.name = "also",
       .value = "LOCATION",
       .group = "What to undo",
       .help = "another place that the table had files in",
       .notes = "Where the swap's record names others than LOCATION and those that swaps have made "
                "beside it. May be given several times.",
       .set =
           [arguments](std::string_view value) {
             arguments->also.emplace_back(value);
             return Status::OK();
           }},
  };
  for (auto& flag : GlueFlags(&arguments->table, "The catalog")) flags.push_back(std::move(flag));
  for (auto& flag : WritingFlags(&arguments->store)) flags.push_back(std::move(flag));
  for (auto& flag : OutputFlags(&arguments->output)) flags.push_back(std::move(flag));
  return flags;
}

Status DoUndo(const UndoArguments& arguments, const Context& context, EventSink& events,
              const std::stop_token& stop, UndoOutcome* outcome) {
  if (arguments.location.empty() || arguments.run.empty()) {
    return Error(ErrorCode::kInvalid, "LOCATION or RUN is missing",
                 "Give both: pqpack runs LOCATION names the swaps that can be undone.");
  }
  PQ_ASSIGN(Uri location, ParseLocation("LOCATION", arguments.location));
  location = location.AsFolder();
  std::vector<Uri> also;
  for (const std::string& text : arguments.also) {
    PQ_ASSIGN(const Uri place, ParseLocation("--also", text));
    also.push_back(place.AsFolder());
  }
  PQ_ASSIGN(const auto table, ChooseGlueTable(arguments.table, context.environment));
  if (!table) {
    return Error(ErrorCode::kInvalid, "it is not said which table of which catalog is led back",
                 "Give --database-name and --table-name.");
  }
  PQ_ASSIGN(const auto s3, MakeS3Config(arguments.store, context.environment));
  PQ_ASSIGN(const std::string own, NewRunId());
  PQ_ASSIGN(const auto session, StoreSession::Start({&location}, s3, &events, stop));
  PQ_ASSIGN(const auto opened, CatalogSession::Open(*table, *session));
  PQ_ASSIGN(const auto store, session->OpenUnstopped(location));
  outcome->location = location.ToString();
  outcome->run = arguments.run;
  const auto place = SwapPlace(location, arguments.run);
  if (place.ok()) outcome->place = place->ToString();
  Executor executor(kSteps);
  const PublishContext publish{.store = *store,
                               .table = *store,
                               .executor = executor,
                               .width = kSteps,
                               .allowed = also,
                               .stop = stop,
                               .catalog = &opened->catalog()};
  auto report = UndoSwap({location, own}, arguments.run, LockOptions{}, publish);
  outcome->requests = session->requests().Snapshot();
  PQ_ASSIGN(outcome->report, std::move(report));
  return outcome->report->ToStatus();
}

std::string ValuesText(const LocationChange& change) {
  if (change.values.empty()) return "the table";
  std::string text;
  for (const auto& value : change.values) {
    text += (text.empty() ? "" : ", ") + (value ? *value : std::string("NULL"));
  }
  return "partition (" + text + ")";
}

std::string UndoText(const UndoOutcome& outcome, bool brief) {
  if (!outcome.report) return {};
  const UndoReport& report = *outcome.report;
  std::string text;
  for (const LocationChange& change : report.back) {
    if (!brief) {
      AddLine(text, "{}: at {} again", OneLine(ValuesText(change)),
              OneLine(change.from.ToString()));
    }
  }
  for (const UndoReport::Left& left : report.left) {
    AddLine(text, "{}: left: {}", OneLine(ValuesText(left.change)), OneLine(left.why.message()));
  }
  if (report.late > 0) {
    AddLine(text, "{} that arrived meanwhile: copied to the old places",
            HumanCount(report.late, "file"));
  }
  if (!brief) text += RequestsText(outcome);
  AddLine(text, "{}: {} led back, {} left", OneLine(outcome.location),
          HumanCount(static_cast<int64_t>(report.back.size()), "location"),
          HumanCount(static_cast<int64_t>(report.left.size())));
  if (report.left.empty()) {
    AddLine(text, "Nothing leads to {} any more: remove it when no query reads it",
            OneLine(outcome.place));
  }
  return text;
}

Json ChangeLine(const char* event, const LocationChange& change) {
  Json line = Line(event);
  line["values"] = Json::array();
  for (const auto& value : change.values) line["values"].push_back(value ? Json(*value) : Json());
  return line;
}

std::string UndoJson(const UndoOutcome& outcome) {
  std::string text;
  size_t back = 0;
  size_t left = 0;
  int64_t late = 0;
  if (outcome.report) {
    const UndoReport& report = *outcome.report;
    back = report.back.size();
    left = report.left.size();
    late = report.late;
    for (const LocationChange& change : report.back) {
      Json line = ChangeLine("location_restored", change);
      line["location"] = change.from.ToString();
      line["left"] = change.to.ToString();
      text += Dump(line) + "\n";
    }
    for (const UndoReport::Left& one : report.left) {
      Json line = ChangeLine("location_kept", one.change);
      line["location"] = one.change.to.ToString();
      PutError(line, one.why);
      text += Dump(line) + "\n";
    }
  }
  Json line = Line("summary");
  line["completed"] = back;
  line["skipped"] = 0;
  line["stale"] = 0;
  line["failed"] = left;
  line["bytes_in"] = 0;
  line["bytes_out"] = 0;
  line["seconds"] = Seconds(outcome.seconds);
  line["exit_code"] = outcome.exit_code;
  line["location"] = outcome.location;
  line["run"] = outcome.run;
  line["late"] = late;
  line["unread"] = outcome.report && left == 0 ? outcome.place : "";
  if (outcome.stat) line["requests"] = RequestsJson(outcome.requests);
  return text + Dump(line);
}

}  // namespace

Command MakeUndoCommand() {
  auto arguments = std::make_shared<UndoArguments>();
  return {
      .name = "undo",
      .summary = "lead a catalog back from where compact --publish swap has led it",
      .synopsis = "LOCATION RUN --database-name D --table-name T [FLAG...]",
      .description =
          "Gives the partitions that the swap RUN has led to a new place their old\n"
          "Locations again. One that somebody has changed since, in the catalog or by files\n"
          "that were added to the new place or are gone from the old one, is left and named\n"
          "(exit 4): its rows would be missing. No file is deleted.",
      .flags = UndoFlags(arguments.get()),
      .examples =
          {
              {"as pqpack runs s3://lake/t names it",
               "pqpack undo s3://lake/t 20261121t164205z-0123456789abcdef --database-name d "
               "--table-name t"},
          },
      .run =
          [arguments](const Context& context) {
            return RunQuietly<UndoOutcome>(*arguments, context, DoUndo, UndoText, UndoJson);
          },
      .events = kEvents,
  };
}

}  // namespace pqpack::cli
