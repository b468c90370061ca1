// SPDX-License-Identifier: Apache-2.0
//
// What the end of every command has to say, and what surrounds its work.
#pragma once

#include <chrono>
#include <map>
#include <stop_token>
#include <string>

#include "base/status.h"
#include "cli/console.h"
#include "cli/output_options.h"
#include "cli/signals.h"
#include "store/request_counters.h"

namespace pqpack::cli {

struct RunEnd {
  Status status;  // why the run as a whole ended early
  double seconds = 0;
  int exit_code = 0;
  bool stat = false;  // requests were asked for
  std::map<std::string, RequestCount> requests;
};

// Of all operations.
RequestCount Total(const std::map<std::string, RequestCount>& requests);

// The table of requests for --stat; empty where it was not asked for.
std::string RequestsText(const RunEnd& end);

// The error that ended the run, on stderr unless it was `told`, and as a JSON line.  Being
// stopped is none.
void TellError(const RunEnd& end, bool told, const OutputOptions& output, Console& console);

// The clock and Ctrl-C, from its construction on; to be made before any other thread.
class CommandRun {
 public:
  explicit CommandRun(Console& console);

  std::stop_token stop() const { return signals_.stop(); }
  int signal() const { return signals_.signal(); }
  double seconds() const;

 private:
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  SignalWatch signals_;
};

}  // namespace pqpack::cli
