// SPDX-License-Identifier: Apache-2.0
#include "cli/render_diagnose.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "cli/add_line.h"
#include "cli/human.h"
#include "cli/json_line.h"
#include "diagnose/fault_groups.h"

namespace pqpack::cli {
namespace {

constexpr size_t kColumnsNamed = 5;
constexpr size_t kFilesNamed = 3;

std::string_view RepairWords(RepairLevel level) {
  switch (level) {
    case RepairLevel::kNone:
      return "nothing to repair";
    case RepairLevel::kFooter:
      return "1, footer or page headers; pages are copied";
    case RepairLevel::kPages:
      return "2, pages are framed or compressed anew";
    case RepairLevel::kReencode:
      return "3, values are decoded and encoded";
    case RepairLevel::kImpossible:
      return "x, not repairable";
  }
  return "";
}

// "column a.b", "columns a, b and 3 more"; empty: the file as a whole.
std::string ColumnNames(const FileDiagnosis& diagnosis, const FaultGroup& group) {
  std::string text;
  const size_t shown = std::min(group.columns.size(), kColumnsNamed);
  for (size_t i = 0; i < shown; ++i) {
    const auto name = diagnosis.names.find(group.columns[i]);
    text += i == 0 ? "" : ", ";
    text += name == diagnosis.names.end() ? fmt::format("#{}", group.columns[i])
                                          : OneLine(name->second);
  }
  if (group.columns.size() > shown) {
    text +=
        fmt::format(" and {} more", HumanCount(static_cast<int64_t>(group.columns.size() - shown)));
  }
  if (text.empty()) return text;
  return (group.columns.size() == 1 ? "column " : "columns ") + text;
}

// "row group 0, column a, page 1, at 4711: REPEATED"
std::string Where(const FileDiagnosis& diagnosis, const FaultGroup& group) {
  std::vector<std::string> parts;
  const Place& place = group.first.place;
  if (place.row_group >= 0) parts.push_back(fmt::format("row group {}", place.row_group));
  const std::string columns = ColumnNames(diagnosis, group);
  if (!columns.empty()) parts.push_back(columns);
  if (place.page >= 0) parts.push_back(fmt::format("page {}", place.page));
  if (place.offset >= 0) parts.push_back(fmt::format("at byte {}", place.offset));
  std::string text = fmt::format("{}", fmt::join(parts, ", "));
  if (group.places > 1) text += fmt::format(" ({} places)", HumanCount(group.places));
  const std::string detail = OneLine(group.first.detail);
  if (!detail.empty()) text += (text.empty() ? "" : ": ") + detail;
  return text;
}

void AddGroup(std::string& text, const FileDiagnosis& diagnosis, const FaultGroup& group) {
  const Check& check = *group.first.check;
  AddLine(text, "  {:<5}  {}: {}", ToString(group.first.severity), check.id, check.title);
  if (const auto where = Where(diagnosis, group); !where.empty())
    AddLine(text, "         {}", where);
  if (!check.mend.empty()) {
    AddLine(text, "         repair {}: {}", ToString(group.first.repair), check.mend);
  }
}

std::string ProfileText(const FileProfile& profile) {
  return fmt::format("{}; {}; {}", fmt::join(profile.codecs, ", "), fmt::join(profile.pages, ", "),
                     fmt::join(profile.encodings, ", "));
}

Json FaultJson(const FileDiagnosis& diagnosis, const FaultGroup& group) {
  const Fault& fault = group.first;
  Json json;
  json["check"] = fault.check->id;
  json["severity"] = ToString(fault.severity);
  json["repair"] = ToString(fault.repair);
  json["detail"] = fault.detail;
  if (fault.place.row_group >= 0) json["row_group"] = fault.place.row_group;
  if (const auto name = diagnosis.names.find(fault.place.column); name != diagnosis.names.end()) {
    json["column"] = name->second;
  }
  if (fault.place.page >= 0) json["page"] = fault.place.page;
  if (fault.place.offset >= 0) json["offset"] = fault.place.offset;
  json["places"] = group.places;
  return json;
}

void AddChecks(std::string& text, const DiagnoseDigest& digest) {
  for (const CheckCount& count : digest.Checks()) {
    AddLine(text, "  {:<5}  {}: {}: {} (repair {})", ToString(count.severity),
            HumanCount(count.files.count, "file"), count.check->id, count.check->title,
            ToString(count.repair));
    const size_t shown = std::min(count.files.first.size(), kFilesNamed);
    for (size_t i = 0; i < shown; ++i)
      AddLine(text, "           {}", OneLine(count.files.first[i]));
    const int64_t more = count.files.count - static_cast<int64_t>(shown);
    if (more > 0) AddLine(text, "           and {} more", HumanCount(more));
  }
}

void AddWriters(std::string& text, const DiagnoseDigest& digest) {
  for (const WriterCount& writer : digest.Writers()) {
    std::vector<std::string> parts;
    for (const Severity severity : {Severity::kFatal, Severity::kError, Severity::kWarn}) {
      const auto found = writer.by_worst.find(severity);
      if (found == writer.by_worst.end()) continue;
      parts.push_back(fmt::format("{} {}", HumanCount(found->second), ToString(severity)));
    }
    if (parts.empty()) parts.emplace_back("nothing found");
    AddLine(text, "  {}: {} ({}): {}", HumanCount(writer.files, "file"), OneLine(writer.writer),
            ToString(writer.trust), fmt::join(parts, ", "));
  }
  if (digest.other_writers() > 0) {
    AddLine(text, "  {} of other writers", HumanCount(digest.other_writers(), "file"));
  }
}

std::string CountsText(const DiagnoseOutcome& outcome) {
  const auto& summary = outcome.summary;
  const auto of = [&](Severity severity) {
    const auto found = summary.by_worst.find(severity);
    return HumanCount(found == summary.by_worst.end() ? 0 : found->second);
  };
  std::string text;
  if (CodeOf(outcome.status) == ErrorCode::kCancelled) AddLine(text, "Interrupted.");
  AddLine(text, "Diagnosed {} for {}: fatal {}, error {}, warn {}, nothing found {}, not read {}",
          HumanCount(summary.files, "file"), outcome.options->file.target->name,
          of(Severity::kFatal), of(Severity::kError), of(Severity::kWarn), of(Severity::kNone),
          HumanCount(summary.failed));
  AddLine(text, "{}, {}, {}", HumanBytes(summary.bytes), HumanCount(summary.rows, "row"),
          HumanSeconds(outcome.seconds));
  return text;
}

}  // namespace

std::string DiagnosisText(const FileDiagnosis& diagnosis, const Target& target) {
  std::string text;
  AddLine(text, "{}", OneLine(diagnosis.uri));
  if (diagnosis.writer.empty()) {
    AddLine(text, "  {}", HumanBytes(diagnosis.bytes));
  } else {
    AddLine(text, "  {}, {}, {}, {}", HumanBytes(diagnosis.bytes),
            HumanCount(diagnosis.rows, "row"), HumanCount(diagnosis.row_groups, "row group"),
            HumanCount(diagnosis.columns, "column"));
    AddLine(text, "  written by {} ({})", OneLine(diagnosis.writer),
            ToString(diagnosis.verdict.trust));
  }
  if (!diagnosis.profile.pages.empty()) AddLine(text, "  {}", ProfileText(diagnosis.profile));
  for (const FaultGroup& group : GroupByCheck(diagnosis.faults)) {
    AddGroup(text, diagnosis, group);
  }
  if (diagnosis.faults.empty()) {
    AddLine(text, "  nothing found for {}", target.name);
  } else {
    AddLine(text, "  least repair for {}: {}", target.name, RepairWords(diagnosis.repair));
    if (diagnosis.repair_all != diagnosis.repair) {
      AddLine(text, "  for the warnings, too: {}", RepairWords(diagnosis.repair_all));
    }
  }
  return text;
}

std::string DiagnosisJson(const FileDiagnosis& diagnosis) {
  Json line = Line("file_diagnosed");
  line["uri"] = diagnosis.uri;
  line["bytes"] = diagnosis.bytes;
  line["rows"] = diagnosis.rows;
  line["row_groups"] = diagnosis.row_groups;
  line["columns"] = diagnosis.columns;
  line["writer"] = diagnosis.writer;
  line["trust"] = ToString(diagnosis.verdict.trust);
  line["trust_reason"] = diagnosis.verdict.reason;
  line["codecs"] = diagnosis.profile.codecs;
  line["pages"] = diagnosis.profile.pages;
  line["encodings"] = diagnosis.profile.encodings;
  line["worst"] = ToString(diagnosis.worst());
  line["repair"] = ToString(diagnosis.repair);
  line["repair_all"] = ToString(diagnosis.repair_all);
  line["findings"] = Json::array();
  for (const FaultGroup& group : GroupByColumn(diagnosis.faults)) {
    line["findings"].push_back(FaultJson(diagnosis, group));
  }
  return Dump(line);
}

std::string DiagnoseSummaryText(const DiagnoseOutcome& outcome, bool single) {
  std::string text;
  const auto& digest = outcome.digest;
  if (!single && !digest.Checks().empty()) {
    AddLine(text, "Found:");
    AddChecks(text, digest);
  }
  if (!single && !digest.Writers().empty()) {
    AddLine(text, "Writers:");
    AddWriters(text, digest);
    AddLine(text, "Least repair:");
    for (const auto& [level, files] : digest.repairs()) {
      AddLine(text, "  {}: {}", HumanCount(files, "file"), RepairWords(level));
    }
  }
  const Target& target = *outcome.options->file.target;
  const auto convertible = digest.Convertible();
  if (!convertible.empty()) {
    std::vector<std::string_view> ids;
    ids.reserve(convertible.size());
    for (const Check* check : convertible) ids.push_back(check->id);
    AddLine(text, "repack --convert-types would change: {}", fmt::join(ids, ", "));
  }
  if (outcome.summary.files > 0) {
    if (const auto hint = LoadHint(target, digest); !hint.empty())
      AddLine(text, "Load with: {}", hint);
  }
  return text + RequestsText(outcome) + CountsText(outcome);
}

std::string DiagnoseSummaryJson(const DiagnoseOutcome& outcome) {
  const auto& summary = outcome.summary;
  Json line = Line("summary");
  line["files"] = summary.files;
  line["failed"] = summary.failed;
  for (const Severity severity : {Severity::kFatal, Severity::kError, Severity::kWarn}) {
    const auto found = summary.by_worst.find(severity);
    line[std::string(ToString(severity))] = found == summary.by_worst.end() ? 0 : found->second;
  }
  const auto clean = summary.by_worst.find(Severity::kNone);
  line["clean"] = clean == summary.by_worst.end() ? 0 : clean->second;
  line["bytes"] = summary.bytes;
  line["rows"] = summary.rows;
  line["other_objects"] = summary.other_objects;
  line["seconds"] = Seconds(outcome.seconds);
  line["exit_code"] = outcome.exit_code;
  line["by_check"] = Json::object();
  for (const CheckCount& count : outcome.digest.Checks()) {
    const std::string id(count.check->id);
    line["by_check"][id] = line["by_check"].value(id, int64_t{0}) + count.files.count;
  }
  line["by_writer"] = Json::object();
  for (const WriterCount& writer : outcome.digest.Writers()) {
    line["by_writer"][writer.writer] = writer.files;
  }
  line["by_repair"] = Json::object();
  for (const auto& [level, files] : outcome.digest.repairs()) {
    line["by_repair"][std::string(ToString(level))] = files;
  }
  line["failed_by_code"] = FailedByCodeJson(summary.failed_by_code);
  line["convert_types"] = Json::array();
  for (const Check* check : outcome.digest.Convertible())
    line["convert_types"].push_back(check->id);
  const bool known = outcome.options != nullptr;
  line["location"] = known ? outcome.options->location.ToString() : "";
  line["target"] = known ? std::string(outcome.options->file.target->name) : "";
  line["hint"] = known ? LoadHint(*outcome.options->file.target, outcome.digest) : "";
  if (outcome.stat) line["requests"] = RequestsJson(outcome.requests);
  return Dump(line);
}

}  // namespace pqpack::cli
