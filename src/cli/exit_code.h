// SPDX-License-Identifier: Apache-2.0
//
// What the process says to the script that called it.  The first that applies:
// interrupted, then 6, 3, 1, 4, 5, else 0; 2 for wrong use, before anything is
// done.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string_view>

#include "base/status.h"

namespace pqpack::cli {

enum ExitCode : int {
  kExitOk = 0,
  kExitSomeFailed = 1,
  kExitUsage = 2,
  kExitConfig = 3,
  kExitRunAgain = 4,
  kExitTransient = 5,
  kExitProof = 6,
  kExitInterrupted = 130,
  kExitTerminated = 143,
};

// For an error that ended the run as a whole.
int ExitCodeOf(const Status& status);

// What came of the files of a run, or of whatever else can fail alone.
struct FileCounts {
  int64_t completed = 0;
  int64_t skipped = 0;
  int64_t failed = 0;
  std::map<ErrorCode, int64_t> failed_by_code;
};

// Of what repack, compact or execute says of a run.
template <typename Summary>
FileCounts CountsOf(const Summary& summary) {
  return {summary.completed, summary.skipped, summary.failed, summary.failed_by_code};
}

// `status`: why the run as a whole ended; `signal` the one that asked for the stop,
// or 0.  A signal that came when everything was done does not count.
int ExitCodeOf(const Status& status, const FileCounts& files, int signal);

struct ExitCodeMeaning {
  int code;
  std::string_view meaning;
};
std::span<const ExitCodeMeaning> ExitCodes();

}  // namespace pqpack::cli
