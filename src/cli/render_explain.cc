// SPDX-License-Identifier: Apache-2.0
#include "cli/render_explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "cli/add_line.h"
#include "cli/human.h"
#include "cli/json_line.h"
#include "cli/level_text.h"
#include "cli/render_text.h"

namespace pqpack::cli {
namespace {

constexpr size_t kMostColumns = 12;  // that are named of those with the same outlook

std::string PathsOf(const std::vector<const ColumnOutlook*>& columns) {
  std::string text;
  const size_t shown = std::min(columns.size(), kMostColumns);
  for (size_t i = 0; i < shown; ++i) text += (i == 0 ? "" : ", ") + OneLine(columns[i]->path);
  if (columns.size() > shown) {
    text += fmt::format(" and {} more", HumanCount(static_cast<int64_t>(columns.size() - shown)));
  }
  return text;
}

// "3 chunks copied, 16 merged page by page"
std::string Levels(const ColumnOutlook& column) {
  std::string text;
  const auto add = [&](int64_t chunks, size_t level) {
    if (chunks == 0) return;
    text += fmt::format("{}{} at level {}, {}", text.empty() ? "" : "; ",
                        HumanCount(chunks, "chunk"), level, kMergeLevels[level]);
  };
  add(column.by_store, 0);
  add(column.copied, 1);
  add(column.moved, 2);
  add(column.encoded, 3);
  return text.empty() ? "no rows" : text;
}

bool Alike(const ColumnOutlook& a, const ColumnOutlook& b) {
  return a.by_store == b.by_store && a.copied == b.copied && a.moved == b.moved &&
         a.encoded == b.encoded && a.reasons == b.reasons && a.filters == b.filters;
}

}  // namespace

std::string ExplainText(const ExplainedTask& task) {
  std::string text;
  AddLine(text, "{} task {}: {}, {}",
          task.folder.empty() ? "(no partitions)" : OneLine(task.folder), task.task,
          HumanCount(task.files, "file"), HumanBytes(task.bytes));
  if (!task.apart.empty()) AddLine(text, "  apart from the others: {}", OneLine(task.apart));
  if (!task.status.ok()) AddLine(text, "  {}", ErrorText(task.status));
  std::vector<std::vector<const ColumnOutlook*>> groups;
  for (const ColumnOutlook& column : task.outlook.columns) {
    const auto group =
        std::ranges::find_if(groups, [&](const auto& of) { return Alike(*of.front(), column); });
    (group != groups.end() ? *group : groups.emplace_back()).push_back(&column);
  }
  for (const auto& group : groups) {
    AddLine(text, "  {}: {}", Levels(*group.front()), PathsOf(group));
    for (const std::string& reason : group.front()->reasons) {
      AddLine(text, "    level 3 for: {}", OneLine(reason));
    }
    for (const std::string& filters : group.front()->filters) {
      AddLine(text, "    Bloom filters {}", OneLine(filters));
    }
  }
  for (const Finding& why : task.outlook.not_by_store) {
    AddLine(text, "  not by the store: {}", OneLine(why.ToString()));
  }
  return text;
}

std::string ExplainJson(const ExplainedTask& task) {
  Json line = Line("task_explained");
  line["folder"] = task.folder;
  line["task"] = task.task;
  line["files"] = task.files;
  line["bytes"] = task.bytes;
  line["apart"] = task.apart;
  line["columns"] = Json::array();
  for (const ColumnOutlook& column : task.outlook.columns) {
    line["columns"].push_back({{"column", column.path},
                               {"chunks", column.chunks},
                               {"by_store", column.by_store},
                               {"copied", column.copied},
                               {"moved", column.moved},
                               {"encoded", column.encoded},
                               {"reasons", column.reasons},
                               {"filters", column.filters}});
  }
  line["not_by_store"] = Json::array();
  for (const Finding& why : task.outlook.not_by_store) {
    line["not_by_store"].push_back(why.ToString());
  }
  if (!task.status.ok()) PutError(line, task.status);
  return Dump(line);
}

}  // namespace pqpack::cli
