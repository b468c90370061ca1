// SPDX-License-Identifier: Apache-2.0
#include "cli/render_execute.h"

#include <fmt/format.h>

#include <array>

#include "cli/add_line.h"
#include "cli/exit_code.h"
#include "cli/human.h"
#include "cli/json_line.h"
#include "cli/render_text.h"

namespace pqpack::cli {
namespace {

constexpr std::array kEvents = {
    JsonEvent{"task_done", "task, folder, files, bytes_in, rows, outputs, bytes_out, done_before",
              "a task that has its receipt; `done_before`: by another worker, or an earlier one"},
    JsonEvent{"task_failed", "task, folder, error, action, code", "a task that could not be done"},
    JsonEvent{
        "summary",
        "completed, skipped, stale, failed, bytes_in, bytes_out, seconds, exit_code, table, "
        "run, tasks, committed, rows, failed_by_code, requests",
        "always the last line; counts tasks, those that had been done as skipped; `tasks` are "
        "the plan's; `committed`: the plan is, nothing was done; `requests` with --stat"},
};

}  // namespace

std::string TaskText(const TaskDone& task) {
  return fmt::format("task {}{}: {}", task.task,
                     task.folder.empty() ? "" : " of " + OneLine(task.folder),
                     ErrorText(task.status));
}

std::string TaskJson(const TaskDone& task) {
  Json line = Line(task.status.ok() ? "task_done" : "task_failed");
  line["task"] = task.task;
  line["folder"] = task.folder;
  if (!task.status.ok()) {
    PutError(line, task.status);
    return Dump(line);
  }
  line["files"] = task.files;
  line["bytes_in"] = task.bytes_in;
  line["rows"] = task.rows;
  line["outputs"] = task.outputs;
  line["bytes_out"] = task.bytes_out;
  line["done_before"] = task.done_before;
  return Dump(line);
}

std::string ExecuteSummaryText(const ExecuteOutcome& outcome, bool brief) {
  const ExecuteSummary& summary = outcome.summary;
  std::string text;
  if (outcome.committed) {
    AddLine(text, "{}: the plan is committed already", OneLine(summary.table));
    return text;
  }
  if (!brief) text += RequestsText(outcome);
  AddLine(text, "{}: {}", OneLine(summary.table),
          outcome.exit_code == kExitOk ? "Executed" : "Not all done");
  if (!outcome.status.ok()) return text;
  AddLine(text, "Tasks: {} done, {} had been done, {} failed; share {} of {}, the plan has {}",
          HumanCount(summary.completed), HumanCount(summary.skipped), HumanCount(summary.failed),
          outcome.share.index, outcome.share.count, HumanCount(summary.tasks));
  if (summary.completed > 0) {
    AddLine(text, "Merged {} of {} into {}, {}", HumanCount(summary.rows, "row"),
            HumanBytes(summary.bytes_in), HumanBytes(summary.bytes_out),
            HumanSeconds(outcome.seconds));
  }
  return text;
}

std::string ExecuteSummaryJson(const ExecuteOutcome& outcome) {
  const ExecuteSummary& summary = outcome.summary;
  Json line = RunSummaryLine(outcome);
  line["table"] = summary.table;
  line["run"] = summary.run;
  line["tasks"] = summary.tasks;
  line["committed"] = outcome.committed;
  line["rows"] = summary.rows;
  line["failed_by_code"] = FailedByCodeJson(summary.failed_by_code);
  if (outcome.stat) line["requests"] = RequestsJson(outcome.requests);
  return Dump(line);
}

std::span<const JsonEvent> ExecuteEvents() { return kEvents; }

}  // namespace pqpack::cli
