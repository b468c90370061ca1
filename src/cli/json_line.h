// SPDX-License-Identifier: Apache-2.0
//
// What every line of JSON output has, and what several kinds of them share.  Pure.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/status.h"
#include "store/request_counters.h"

namespace pqpack::cli {

using Json = nlohmann::ordered_json;

// {"v": 1, "event": `event`}
Json Line(std::string_view event);

// What every command's last line begins with.
struct SummaryCounts {
  int64_t completed = 0;
  int64_t skipped = 0;
  int64_t stale = 0;
  int64_t failed = 0;
  int64_t bytes_in = 0;
  int64_t bytes_out = 0;
};
Json SummaryLine(const SummaryCounts& counts, double seconds, int exit_code);

// Of a run that reads files and writes others: repack, compact, execute.
template <typename Outcome>
Json RunSummaryLine(const Outcome& outcome) {
  const auto& summary = outcome.summary;
  SummaryCounts counts{.completed = summary.completed,
                       .skipped = summary.skipped,
                       .failed = summary.failed,
                       .bytes_in = summary.bytes_in,
                       .bytes_out = summary.bytes_out};
  if constexpr (requires { summary.stale; }) counts.stale = summary.stale;
  return SummaryLine(counts, outcome.seconds, outcome.exit_code);
}

// Bytes that are no UTF-8 come out as U+FFFD.
std::string Dump(const Json& line);

// Milliseconds are enough, and a shorter text.
double Seconds(double seconds);

// error, action, code
void PutError(Json& line, const Status& error);

// How many failed of each kind.
Json FailedByCodeJson(const std::map<ErrorCode, int64_t>& failed);

// What --stat says, by operation.
Json RequestsJson(const std::map<std::string, RequestCount>& requests);

}  // namespace pqpack::cli
