// SPDX-License-Identifier: Apache-2.0
#include "cli/report/page.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/human.h"
#include "cli/report/charts.h"
#include "cli/report/html.h"
#include "cli/report/skeleton.h"

namespace pqpack::cli {
namespace {

std::string Section(std::string_view title, const std::string& content, bool bad = false) {
  if (content.empty()) return {};
  return fmt::format("<section{}><h2>{}</h2>\n{}</section>\n", bad ? " class=\"bad\"" : "",
                     Html(title), content);
}

std::string Group(const ReportGroup& group) {
  std::string html = fmt::format("<li><b class=\"name\">{}</b> <span class=\"name\">{}</span>",
                                 Html(group.count), Html(group.what));
  if (!group.names.empty()) {
    html += "<ul>";
    for (const auto& name : group.names) {
      html += fmt::format("<li class=\"name\">{}</li>", Html(name));
    }
    html += "</ul>";
  }
  return html + "</li>\n";
}

std::string Notes(const std::vector<ReportNotes>& all) {
  std::string html;
  for (const auto& notes : all) {
    if (notes.groups.empty()) continue;
    std::string list = "<ul class=\"groups\">\n";
    for (const auto& group : notes.groups) list += Group(group);
    html += Section(notes.title, list + "</ul>\n", notes.bad);
  }
  return html;
}

std::string Tiles(const std::vector<ReportTile>& tiles) {
  if (tiles.empty()) return {};
  std::string html = "<section class=\"tiles\">\n";
  for (const auto& tile : tiles) {
    html += fmt::format(
        "<div class=\"tile\"><div class=\"label\">{}</div><div class=\"value\">{}</div>"
        "<div class=\"note\">{}</div></div>\n",
        Html(tile.label), Html(tile.value), Html(tile.note));
  }
  return html + "</section>\n";
}

std::string Shares(const std::vector<ReportShare>& shares) {
  std::string html;
  for (const auto& share : shares) html += ShareBar(share);
  return html;
}

std::string_view Style(ReportRow::Kind kind) {
  if (kind == ReportRow::kFailed) return "<tr class=\"failed\">";
  return kind == ReportRow::kSkipped ? "<tr class=\"skipped\">" : "<tr>";
}

// A path may be cut behind each folder.
std::string Breakable(std::string html) {
  for (size_t at = 0; (at = html.find('/', at)) != std::string::npos; at += 6) {
    html.insert(at + 1, "<wbr>");
  }
  return html;
}

// Lean, since there may be ten thousand.
std::string Row(const ReportRow& row, const std::vector<ReportColumn>& columns) {
  std::string html(Style(row.kind));
  for (size_t i = 0; i < row.cells.size(); ++i) {
    const ReportCell& cell = row.cells[i];
    if (columns[i].numbers) {
      html += fmt::format("<td class=\"n\" data-k=\"{}\">{}</td>", cell.number, Html(cell.text));
    } else {
      const std::string text = Html(cell.text);
      html += fmt::format("<td class=\"{}\">{}</td>", i == 1 ? "s" : "t",
                          i == 0 ? Breakable(text) : text);
    }
  }
  return html + "</tr>\n";
}

std::string Table(const ReportTable& table) {
  if (table.rows.empty()) return {};
  std::string html = fmt::format(
      "<section><div class=\"tools\"><h2>{}</h2><span class=\"quiet\">{}</span>"
      "<input type=\"search\" hidden placeholder=\"Filter\" aria-label=\"Filter rows\"></div>\n"
      "<div class=\"scroll\" tabindex=\"0\"><table><thead><tr>",
      Html(table.title),
      table.untold > 0 ? HumanCount(table.untold) + " more are not in this page" : "");
  for (const auto& column : table.columns) {
    html += fmt::format("<th{}><span>{}</span></th>", column.numbers ? " class=\"n\"" : "",
                        Html(column.name));
  }
  html += "</tr></thead><tbody>\n";
  for (const bool failed : {true, false}) {
    for (const auto& row : table.rows) {
      if ((row.kind == ReportRow::kFailed) == failed) html += Row(row, table.columns);
    }
  }
  return html + "</tbody></table></div>\n</section>\n";
}

std::string Settings(const ReportPage& page) {
  if (page.settings.empty()) return {};
  std::string html = "<dl>\n";
  for (const auto& [name, value] : page.settings) {
    html += fmt::format("<dt>{}</dt><dd>{}</dd>\n", Html(name), Html(value));
  }
  return Section("Settings", html + "</dl>\n");
}

}  // namespace

std::string RenderPage(const ReportPage& page) {
  const auto charts = SizeCharts(page.sizes);
  std::string aim;
  if (!charts.empty() && page.sizes.aim > 0) {
    aim = fmt::format("<p class=\"quiet\">Dashed: the size that was wanted, {}</p>\n",
                      HumanBytes(page.sizes.aim));
  }
  return FillIn(kPageSkeleton, {
                                   {"script-hash", ScriptHash(kPageSkeleton)},
                                   {"command", Html(page.command)},
                                   {"title", Html(page.title)},
                                   {"result", Html(page.result)},
                                   {"tone", page.good ? "good" : "bad"},
                                   {"when", Html(page.when)},
                                   {"failures", Notes(page.failures)},
                                   {"tiles", Tiles(page.tiles)},
                                   {"charts", Section("File sizes", charts + aim) +
                                                  Section("The work", Shares(page.shares))},
                                   {"notes", Notes(page.notes)},
                                   {"table", Table(page.table)},
                                   {"settings", Settings(page)},
                                   {"version", Html(page.version)},
                               });
}

}  // namespace pqpack::cli
