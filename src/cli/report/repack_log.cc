// SPDX-License-Identifier: Apache-2.0
#include "cli/report/repack_log.h"

#include <algorithm>
#include <utility>

#include "cli/digest.h"
#include "cli/human.h"
#include "cli/render_text.h"
#include "cli/report/report_parts.h"

namespace pqpack::cli {
namespace {

void AddText(const std::vector<Finding>& findings, std::string* text) {
  for (const Finding& finding : findings) {
    *text += (text->empty() ? "" : "; ") + finding.ToString();
  }
}

}  // namespace

void RepackLog::Add(const Event& event) {
  if (const auto* done = std::get_if<FileDone>(&event)) {
    AddDone(*done);
  } else if (const auto* skipped = std::get_if<FileSkipped>(&event)) {
    Keep({ReportRow::kSkipped,
          {{NameOf(skipped->uri)},
           {skipped->stale ? "stale" : "skipped"},
           BytesCell(skipped->bytes),
           {"", -1},
           {"", -1},
           {"", -1},
           {"", -1},
           {skipped->output + " " + skipped->reason}}});
  } else if (const auto* failed = std::get_if<FileFailed>(&event)) {
    Keep({ReportRow::kFailed,
          {{NameOf(failed->uri)},
           {"failed"},
           {"", -1},
           {"", -1},
           {"", -1},
           {"", -1},
           {"", -1},
           {ErrorWithoutName(*failed)}}});
  }
}

void RepackLog::AddDone(const FileDone& done) {
  sizes_before_.push_back(done.bytes_in);
  sizes_after_.push_back(done.bytes_out);
  bytes_by_level_[static_cast<size_t>(done.level)] += done.bytes_in;
  std::string remark;
  AddText(done.repairs, &remark);
  AddText(done.warnings, &remark);
  Keep({ReportRow::kDone,
        {{NameOf(done.uri)},
         {done.empty ? "schema only" : "repacked"},
         BytesCell(done.bytes_in),
         BytesCell(done.bytes_out),
         CountCell(done.rows),
         {std::to_string(done.level), done.level},
         {HumanSeconds(done.seconds), static_cast<int64_t>(done.seconds * 1000)},
         {std::move(remark)}}});
}

void RepackLog::Keep(ReportRow row) {
  auto& rows = row.kind == ReportRow::kFailed ? failed_ : rows_;
  if (rows.size() < kMostReported) {
    rows.push_back(std::move(row));
  } else {
    ++untold_;
  }
}

ReportTable RepackLog::Table() const {
  ReportTable table{"Files",
                    {{"File"},
                     {"Result"},
                     {"Bytes", true},
                     {"after", true},
                     {"Rows", true},
                     {"Level", true},
                     {"Time", true},
                     {"Remark"}},
                    failed_,
                    untold_};
  table.rows.insert(table.rows.end(), rows_.begin(), rows_.end());
  std::ranges::sort(table.rows, {},
                    [](const ReportRow& row) -> const auto& { return row.cells[0].text; });
  return table;
}

std::string RepackLog::NameOf(const std::string& uri) const {
  if (uri.size() <= source_.size() || !uri.starts_with(source_)) return uri;
  return uri.substr(uri[source_.size()] == '/' ? source_.size() + 1 : source_.size());
}

}  // namespace pqpack::cli
