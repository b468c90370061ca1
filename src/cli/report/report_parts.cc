// SPDX-License-Identifier: Apache-2.0
#include "cli/report/report_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cli/human.h"
#include "cli/render_text.h"

namespace pqpack::cli {

ReportCell CountCell(int64_t value) { return {HumanCount(value), value}; }

ReportCell BytesCell(int64_t bytes) { return {HumanBytes(bytes), bytes}; }

ReportTile ChangeTile(const std::string& label, const std::string& before,
                      const std::string& after) {
  return {label, after, "was " + before};
}

ReportTile BytesTile(int64_t before, int64_t after) {
  ReportTile tile = ChangeTile("Bytes", HumanBytes(before), HumanBytes(after));
  const double change =
      100 * static_cast<double>(after - before) / static_cast<double>(std::max<int64_t>(before, 1));
  if (std::abs(change) >= 1) {
    tile.note += fmt::format(", {:.0f}% {}", std::abs(change), change < 0 ? "less" : "more");
  }
  return tile;
}

std::vector<ReportGroup> Groups(const std::map<std::string, int64_t>& counts,
                                const std::string& noun) {
  std::vector<std::pair<std::string, int64_t>> order(counts.begin(), counts.end());
  std::ranges::sort(order, [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  if (order.size() > kMostNotes) order.resize(kMostNotes);
  std::vector<ReportGroup> groups;
  groups.reserve(order.size());
  for (const auto& [what, count] : order) groups.push_back({what, HumanCount(count, noun), {}});
  return groups;
}

void AddRequests(const std::map<std::string, RequestCount>& requests,
                 std::vector<ReportTile>* tiles) {
  if (requests.empty()) return;
  const RequestCount all = Total(requests);
  tiles->push_back({"Requests", HumanCount(all.requests),
                    all.retries > 0 ? HumanCount(all.retries) + " tried again" : ""});
}

void AddEnd(const RunEnd& end, ReportPage* page) {
  if (end.status.ok()) return;
  const bool stopped = CodeOf(end.status) == ErrorCode::kCancelled;
  page->failures.push_back(
      {stopped ? "Stopped" : "The run ended early",
       true,
       {{stopped ? "A rerun does the rest." : ErrorSentence(end.status), "", {}}}});
}

void AddEngine(const Target& target, std::optional<Codec> compression, Engine engine,
               std::vector<std::pair<std::string, std::string>>* settings) {
  settings->emplace_back("Target", std::string(target.name));
  settings->emplace_back("Compression",
                         compression ? std::string(ToString(*compression)) : "as in the originals");
  settings->emplace_back("Engine", engine == Engine::kAuto ? "auto" : "reencode");
}

}  // namespace pqpack::cli
