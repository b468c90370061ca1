// SPDX-License-Identifier: Apache-2.0
//
// What the process says to the script that called it.  The first that applies:
// interrupted, then 6, 3, 1, 4, 5, else 0; 2 for wrong use, before anything is
// done.
#pragma once

#include <span>
#include <string_view>

#include "base/status.h"
#include "run/repack.h"

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

// `status` is what Repack() returned; `signal` the one that asked for the stop,
// or 0.  A signal that came when everything was done does not count.
int ExitCodeOf(const Status& status, const RepackSummary& summary, int signal);

struct ExitCodeMeaning {
  int code;
  std::string_view meaning;
};
std::span<const ExitCodeMeaning> ExitCodes();

}  // namespace pqpack::cli
