// SPDX-License-Identifier: Apache-2.0
#include "cli/run_end.h"

#include <fmt/format.h>

#include "cli/human.h"
#include "cli/render_json.h"
#include "cli/render_text.h"

namespace pqpack::cli {

RequestCount Total(const std::map<std::string, RequestCount>& requests) {
  RequestCount total;
  for (const auto& [operation, count] : requests) {
    total.requests += count.requests;
    total.retries += count.retries;
    total.bytes_sent += count.bytes_sent;
    total.bytes_received += count.bytes_received;
  }
  return total;
}

std::string RequestsText(const RunEnd& end) {
  if (!end.stat) return "";
  std::string text = fmt::format("{:<26} {:>10} {:>8} {:>10} {:>10}\n", "Requests", "count",
                                 "retries", "sent", "received");
  for (const auto& [operation, count] : end.requests) {
    text += fmt::format("  {:<24} {:>10} {:>8} {:>10} {:>10}\n", operation,
                        HumanCount(count.requests), HumanCount(count.retries),
                        HumanBytes(count.bytes_sent), HumanBytes(count.bytes_received));
  }
  if (end.requests.empty()) text += "  none\n";
  return text;
}

void TellError(const RunEnd& end, bool told, const OutputOptions& output, Console& console) {
  if (end.status.ok() || CodeOf(end.status) == ErrorCode::kCancelled) return;
  if (!told) console.Err(ErrorText(end.status));
  if (output.json()) console.Out(ErrorJson(end.status));
}

CommandRun::CommandRun(Console& console)
    : signals_([&console](int) { console.Err("stopping; once more stops at once"); }) {}

double CommandRun::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

}  // namespace pqpack::cli
