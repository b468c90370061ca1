// SPDX-License-Identifier: Apache-2.0
#include "cli/render_json.h"

#include <array>
#include <string>
#include <vector>

#include "cli/json_line.h"
#include "cli/target_table.h"

namespace pqpack::cli {
namespace {

constexpr std::array kEvents = {
    JsonEvent{"file_done",
              "uri, output, bytes_in, bytes_out, rows, seconds, empty, level, columns, reasons, "
              "not_by_store, "
              "repairs, warnings",
              "a file is finished, its output is visible"},
    JsonEvent{"file_skipped", "uri, output, reason, stale", "a file is left as it is"},
    JsonEvent{"file_failed", "uri, error, action, code",
              "a file could not be repacked; nothing of it is visible"},
    JsonEvent{"file_planned",
              "uri, output, bytes_in, level, columns, reasons, not_by_store, "
              "repairs, warnings",
              "what --dry-run would do"},
    JsonEvent{"target", "name, summary, structure, types", "the target's rules, with --dry-run"},
    JsonEvent{"warning", "message", "worth a look, not an error"},
    JsonEvent{"retrying", "operation, uri, reason, attempt, delay_seconds",
              "a request is tried again"},
    JsonEvent{"listing_done", "files, bytes", "all files are known: those to be worked on"},
    JsonEvent{"error", "error, action, code", "why the run as a whole ended early"},
    JsonEvent{"report_written", "uri", "the page of --report is there"},
    JsonEvent{"report_failed", "uri, error, action, code", "it could not be written"},
    JsonEvent{"summary",
              "completed, skipped, stale, failed, bytes_in, bytes_out, seconds, exit_code, rows, "
              "copied, bytes_copied, by_store, bytes_by_store, empty, other_objects, planned, "
              "dry_run, src, dst, "
              "failed_by_code, hint, requests",
              "always the last line; `requests` with --stat"},
};

Json Rows(const std::vector<TargetRow>& rows) {
  Json object = Json::object();
  for (const auto& row : rows) object[row.what] = row.rule;
  return object;
}

std::vector<std::string> Texts(const std::vector<Finding>& findings) {
  std::vector<std::string> texts;
  texts.reserve(findings.size());
  for (const auto& finding : findings) texts.push_back(finding.ToString());
  return texts;
}

Json ColumnLevels(const std::vector<ColumnLevel>& columns) {
  Json list = Json::array();
  for (const auto& column : columns) {
    Json& object = list.emplace_back(Json::object());
    object["column"] = column.column;
    object["level"] = column.level;
    object["reason"] = column.reason;
  }
  return list;
}

// What FileDone and FilePlanned both say of the work on a file.
template <typename Event>
void PutWork(Json& line, const Event& event) {
  line["level"] = event.level;
  line["columns"] = ColumnLevels(event.columns);
  line["reasons"] = Texts(event.reasons);
  line["not_by_store"] = Texts(event.not_by_store);
  line["repairs"] = Texts(event.repairs);
  line["warnings"] = Texts(event.warnings);
}

struct ToJson {
  std::string operator()(const FilesFound&) const { return {}; }
  std::string operator()(const FileQueued&) const { return {}; }
  std::string operator()(const FileDone& event) const {
    Json line = Line("file_done");
    line["uri"] = event.uri;
    line["output"] = event.output;
    line["bytes_in"] = event.bytes_in;
    line["bytes_out"] = event.bytes_out;
    line["rows"] = event.rows;
    line["seconds"] = Seconds(event.seconds);
    line["empty"] = event.empty;
    PutWork(line, event);
    return Dump(line);
  }
  std::string operator()(const FileSkipped& event) const {
    Json line = Line("file_skipped");
    line["uri"] = event.uri;
    line["output"] = event.output;
    line["reason"] = event.reason;
    line["stale"] = event.stale;
    return Dump(line);
  }
  std::string operator()(const FileFailed& event) const {
    Json line = Line("file_failed");
    line["uri"] = event.uri;
    PutError(line, event.error);
    return Dump(line);
  }
  std::string operator()(const FilePlanned& event) const {
    Json line = Line("file_planned");
    line["uri"] = event.uri;
    line["output"] = event.output;
    line["bytes_in"] = event.bytes_in;
    PutWork(line, event);
    return Dump(line);
  }
  std::string operator()(const Warning& event) const {
    Json line = Line("warning");
    line["message"] = event.message;
    return Dump(line);
  }
  std::string operator()(const Retrying& event) const {
    Json line = Line("retrying");
    line["operation"] = event.operation;
    line["uri"] = event.uri;
    line["reason"] = event.reason;
    line["attempt"] = event.attempt;
    line["delay_seconds"] = Seconds(event.delay_seconds);
    return Dump(line);
  }
  std::string operator()(const ListingDone& event) const {
    Json line = Line("listing_done");
    line["files"] = event.files;
    line["bytes"] = event.bytes;
    return Dump(line);
  }
  std::string operator()(const Advanced&) const { return {}; }
  std::string operator()(const PublishingBegan&) const { return {}; }
};

}  // namespace

std::string EventJson(const Event& event) { return std::visit(ToJson{}, event); }

std::string TargetJson(const Target& target) {
  Json line = Line("target");
  line["name"] = target.name;
  line["summary"] = target.summary;
  line["structure"] = Rows(StructureRows(target));
  line["types"] = Rows(TypeRows(target));
  return Dump(line);
}

std::string ErrorJson(const Status& status) {
  Json line = Line("error");
  PutError(line, status);
  return Dump(line);
}

std::string ReportJson(const std::string& uri, const Status& status) {
  Json line = Line(status.ok() ? "report_written" : "report_failed");
  line["uri"] = uri;
  if (!status.ok()) PutError(line, status);
  return Dump(line);
}

std::string SummaryJson(const Outcome& outcome) {
  const auto& summary = outcome.summary;
  const auto* options = outcome.options;
  Json line = RunSummaryLine(outcome);
  line["rows"] = summary.rows;
  line["copied"] = summary.copied;
  line["bytes_copied"] = summary.bytes_copied;
  line["by_store"] = summary.by_store;
  line["bytes_by_store"] = summary.bytes_by_store;
  line["empty"] = summary.empty;
  line["other_objects"] = summary.other_objects;
  line["planned"] = outcome.digest.planned;
  line["dry_run"] = options != nullptr && options->dry_run;
  line["src"] = options != nullptr ? options->source.ToString() : "";
  line["dst"] = options != nullptr ? options->destination.ToString() : "";
  line["failed_by_code"] = FailedByCodeJson(summary.failed_by_code);
  line["hint"] = options != nullptr ? std::string(options->target->hint) : "";
  if (outcome.stat) line["requests"] = RequestsJson(outcome.requests);
  return Dump(line);
}

std::span<const JsonEvent> JsonEvents() { return kEvents; }

}  // namespace pqpack::cli
