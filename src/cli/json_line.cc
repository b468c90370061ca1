// SPDX-License-Identifier: Apache-2.0
#include "cli/json_line.h"

#include <cmath>

namespace pqpack::cli {
namespace {

constexpr int kVersion = 1;

}  // namespace

Json Line(std::string_view event) { return Json{{"v", kVersion}, {"event", event}}; }

Json SummaryLine(const SummaryCounts& counts, double seconds, int exit_code) {
  Json line = Line("summary");
  line["completed"] = counts.completed;
  line["skipped"] = counts.skipped;
  line["stale"] = counts.stale;
  line["failed"] = counts.failed;
  line["bytes_in"] = counts.bytes_in;
  line["bytes_out"] = counts.bytes_out;
  line["seconds"] = Seconds(seconds);
  line["exit_code"] = exit_code;
  return line;
}

std::string Dump(const Json& line) {
  return line.dump(-1, ' ', false, Json::error_handler_t::replace);
}

double Seconds(double seconds) { return std::round(seconds * 1000) / 1000; }

void PutError(Json& line, const Status& error) {
  line["error"] = error.message();
  line["action"] = ActionOf(error);
  line["code"] = ToString(CodeOf(error));
}

Json FailedByCodeJson(const std::map<ErrorCode, int64_t>& failed) {
  Json object = Json::object();
  for (const auto& [code, count] : failed) object[std::string(ToString(code))] = count;
  return object;
}

Json RequestsJson(const std::map<std::string, RequestCount>& requests) {
  Json object = Json::object();
  for (const auto& [operation, count] : requests) {
    object[operation] = {{"requests", count.requests},
                         {"retries", count.retries},
                         {"bytes_sent", count.bytes_sent},
                         {"bytes_received", count.bytes_received}};
  }
  return object;
}

}  // namespace pqpack::cli
