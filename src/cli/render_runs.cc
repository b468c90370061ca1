// SPDX-License-Identifier: Apache-2.0
#include "cli/render_runs.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <array>
#include <chrono>
#include <string_view>

#include "cli/add_line.h"
#include "cli/human.h"
#include "cli/json_line.h"

namespace pqpack::cli {
namespace {

constexpr std::array kRunsEvents = {
    JsonEvent{"lock_found", "run, host, pid, renewed, state",
              "who is at work, or was; `state`: alive, as far as is seen from here, dead if that "
              "process is gone from this machine, overdue if the lock was not renewed for 10 "
              "minutes by this machine's clock"},
    JsonEvent{"run_found",
              "run, mode, phase, state, host, pid, renewed, written, staged_files, staged_bytes, "
              "error",
              "a run that has not ended; `state`, `host`, `pid` and `renewed` are those of the "
              "lock if this run has it, else it is dead; `phase` is empty without a journal, "
              "`error` tells of one that can't be read"},
    JsonEvent{"swap_found", "run, table, places, written, error",
              "a swap that `pqpack undo` may undo; `error` tells of one that can't be read"},
    JsonEvent{"plan_found", "run, receipts, written, staged_files, staged_bytes",
              "what the workers of a plan have left, which is neither committed nor given up"},
    JsonEvent{"summary",
              "completed, skipped, stale, failed, bytes_in, bytes_out, seconds, exit_code, "
              "location, runs, plans, requests",
              "always the last line; `requests` with --stat"},
};

constexpr std::array kRecoverEvents = {
    JsonEvent{
        "run_recovered", "run, outcome, files, bytes, removed, late, changed, failed",
        "`outcome`: completed, rolled back or removed; `late`: files that had arrived and were "
        "copied to where a catalog is led; `changed` names originals that were "
        "replaced meanwhile and left, `failed` says which groups of files were left as they "
        "were, and why"},
    JsonEvent{"summary",
              "completed, skipped, stale, failed, bytes_in, bytes_out, seconds, exit_code, "
              "location, runs, requests",
              "always the last line; `requests` with --stat"},
};

// "2026-11-21T16:42:05Z": the store's clock.
std::string TimeText(TimePoint time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)));
}

void AddSummary(Json& line, const RunEnd& end, const std::string& location, size_t runs) {
  line["stale"] = 0;
  line["failed"] = 0;
  line["bytes_in"] = 0;
  line["bytes_out"] = 0;
  line["seconds"] = Seconds(end.seconds);
  line["exit_code"] = end.exit_code;
  line["location"] = location;
  line["runs"] = runs;
  if (end.stat) line["requests"] = RequestsJson(end.requests);
}

std::string PhaseText(const FoundRun& run) {
  if (run.kept_at) return "at work here, too; its journal is at " + run.kept_at->ToString();
  if (!run.unreadable.ok()) return "its journal can't be read: " + run.unreadable.message();
  if (!run.state) return "ended, something is left of it";
  return fmt::format("{}, {}", ToString(run.state->mode), ToString(run.state->phase));
}

std::string LifeText(const LockHolder& lock, TimePoint now) {
  switch (LifeOf(lock, now)) {
    case Life::kAlive:
      return "alive";
    case Life::kOverdue:
      return "not renewed for 10 minutes and more by the clock here: dead";
    case Life::kGone:
      break;
  }
  return "dead: that process is gone";
}

Json RunJson(const FoundRun& run, const std::optional<LockHolder>& lock, TimePoint now) {
  Json line = Line("run_found");
  line["run"] = run.run;
  line["mode"] = run.state ? ToString(run.state->mode) : "";
  line["phase"] = run.state ? ToString(run.state->phase) : "";
  line["state"] = ToString(run.locked ? LifeOf(*lock, now) : Life::kGone);
  line["host"] = run.locked ? lock->process.host : "";
  line["pid"] = run.locked ? lock->process.pid : 0;
  line["renewed"] = run.locked ? TimeText(lock->renewed) : "";
  line["written"] = TimeText(run.modified);
  line["staged_files"] = run.files;
  line["staged_bytes"] = run.bytes;
  line["error"] = run.unreadable.ok() ? "" : run.unreadable.message();
  return line;
}

Json FoundPlanJson(const FoundPlan& plan) {
  Json line = Line("plan_found");
  line["run"] = plan.run;
  line["receipts"] = plan.receipts;
  line["written"] = TimeText(plan.modified);
  line["staged_files"] = plan.files;
  line["staged_bytes"] = plan.bytes;
  return line;
}

Json SwapJson(const FoundSwap& swap) {
  Json line = Line("swap_found");
  line["run"] = swap.run;
  line["table"] = swap.table;
  line["places"] = swap.places;
  line["written"] = TimeText(swap.modified);
  line["error"] = swap.unreadable.ok() ? "" : swap.unreadable.message();
  return line;
}

void AddReport(std::string& text, const PublishReport& report) {
  AddLine(text, "  published: {}, {}; originals deleted: {}", HumanCount(report.files, "file"),
          HumanBytes(report.bytes), HumanCount(report.removed));
  if (report.late > 0) {
    AddLine(text, "  arrived meanwhile, copied along: {}", HumanCount(report.late, "file"));
  }
  for (const GroupFailure& failure : report.failed) {
    AddLine(text, "  left as {}: {}", failure.partly ? "far as it was published" : "it was",
            OneLine(failure.why.message()));
  }
  for (const ObjectId& id : report.changed) {
    AddLine(text, "  replaced meanwhile, left beside its old rows: {}", OneLine(id.uri.ToString()));
  }
}

Json RecoveredJson(const RecoveredRun& run) {
  Json line = Line("run_recovered");
  line["run"] = run.run;
  line["outcome"] = ToString(run.outcome);
  line["files"] = run.report.files;
  line["bytes"] = run.report.bytes;
  line["removed"] = run.report.removed;
  line["late"] = run.report.late;
  line["changed"] = Json::array();
  for (const ObjectId& id : run.report.changed) line["changed"].push_back(id.uri.ToString());
  line["failed"] = Json::array();
  for (const GroupFailure& failure : run.report.failed) {
    Json entry;
    PutError(entry, failure.why);
    entry["partly_published"] = failure.partly;
    line["failed"].push_back(std::move(entry));
  }
  return line;
}

}  // namespace

std::string RunsText(const RunsOutcome& outcome, bool brief) {
  if (!outcome.found) return {};
  const FoundRuns& found = *outcome.found;
  std::string text;
  for (const FoundRun& run : found.runs) {
    AddLine(text, "{}: {}; {}; staged: {}, {}; written {}", run.run, OneLine(PhaseText(run)),
            run.locked ? LifeText(*found.lock, outcome.now) : "dead", HumanCount(run.files, "file"),
            HumanBytes(run.bytes), TimeText(run.modified));
  }
  for (const FoundPlan& plan : outcome.plans) {
    AddLine(text,
            "{}: a plan that is neither committed nor given up; {}; staged: {}, {}; written {}",
            plan.run, HumanCount(plan.receipts, "receipt"), HumanCount(plan.files, "file"),
            HumanBytes(plan.bytes), TimeText(plan.modified));
  }
  for (const FoundSwap& swap : found.swaps) {
    if (swap.unreadable.ok()) {
      AddLine(text, "{}: a swap of {}, {}, that can be undone; written {}", swap.run,
              OneLine(swap.table), HumanCount(swap.places, "location"), TimeText(swap.modified));
    } else {
      AddLine(text, "{}: a swap whose record can't be read: {}", swap.run,
              OneLine(swap.unreadable.message()));
    }
  }
  if (found.lock) {
    AddLine(text, "Locked by {} on host {}, process {}, seen {}: {}", OneLine(found.lock->run),
            OneLine(found.lock->process.host), found.lock->process.pid,
            TimeText(found.lock->renewed), LifeText(*found.lock, outcome.now));
  }
  if (!brief) text += RequestsText(outcome);
  const auto runs = static_cast<int64_t>(found.runs.size());
  AddLine(text, "{}: {} that {} not ended", OneLine(outcome.location), HumanCount(runs, "run"),
          runs == 1 ? "has" : "have");
  return text;
}

std::string RunsJson(const RunsOutcome& outcome) {
  std::string text;
  size_t runs = 0;
  if (outcome.found) {
    if (const auto& lock = outcome.found->lock) {
      Json line = Line("lock_found");
      line["run"] = lock->run;
      line["host"] = lock->process.host;
      line["pid"] = lock->process.pid;
      line["renewed"] = TimeText(lock->renewed);
      line["state"] = ToString(LifeOf(*lock, outcome.now));
      text += Dump(line) + "\n";
    }
    runs = outcome.found->runs.size();
    for (const FoundRun& run : outcome.found->runs) {
      text += Dump(RunJson(run, outcome.found->lock, outcome.now)) + "\n";
    }
    for (const FoundPlan& plan : outcome.plans) text += Dump(FoundPlanJson(plan)) + "\n";
    for (const FoundSwap& swap : outcome.found->swaps) text += Dump(SwapJson(swap)) + "\n";
  }
  Json line = Line("summary");
  line["completed"] = 0;
  line["skipped"] = 0;
  line["plans"] = outcome.plans.size();
  AddSummary(line, outcome, outcome.location, runs);
  return text + Dump(line);
}

std::span<const JsonEvent> RunsEvents() { return kRunsEvents; }

std::string RecoverText(const RecoverOutcome& outcome, bool brief) {
  if (!outcome.recovered) return {};
  std::string text;
  for (const RecoveredRun& run : *outcome.recovered) {
    AddLine(text, "{}: {}", run.run, ToString(run.outcome));
    if (run.outcome == RecoveredRun::kCompleted) AddReport(text, run.report);
  }
  if (!brief) text += RequestsText(outcome);
  if (outcome.recovered->empty()) {
    AddLine(text, "{}: no dead runs, nothing to do", OneLine(outcome.location));
  } else {
    AddLine(text, "{}: {} ended, {}", OneLine(outcome.location),
            HumanCount(static_cast<int64_t>(outcome.recovered->size()), "dead run"),
            HumanSeconds(outcome.seconds));
  }
  return text;
}

std::string RecoverJson(const RecoverOutcome& outcome) {
  std::string text;
  size_t runs = 0;
  int64_t completed = 0;
  if (outcome.recovered) {
    runs = outcome.recovered->size();
    for (const RecoveredRun& run : *outcome.recovered) {
      completed += run.outcome == RecoveredRun::kCompleted ? 1 : 0;
      text += Dump(RecoveredJson(run)) + "\n";
    }
  }
  Json line = Line("summary");
  line["completed"] = completed;
  line["skipped"] = static_cast<int64_t>(runs) - completed;
  AddSummary(line, outcome, outcome.location, runs);
  return text + Dump(line);
}

std::span<const JsonEvent> RecoverEvents() { return kRecoverEvents; }

}  // namespace pqpack::cli
