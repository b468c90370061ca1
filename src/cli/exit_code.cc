// SPDX-License-Identifier: Apache-2.0
#include "cli/exit_code.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <iterator>

namespace pqpack::cli {
namespace {

constexpr std::array kMeanings = {
    ExitCodeMeaning{kExitOk, "done, or nothing to do"},
    ExitCodeMeaning{kExitSomeFailed,
                    "some files failed, a rerun retries just those; or diagnose found errors"},
    ExitCodeMeaning{kExitUsage, "wrong use: flags, values or locations; nothing was done"},
    ExitCodeMeaning{kExitConfig,
                    "configuration, credentials, permissions, a missing place, a refused table"},
    ExitCodeMeaning{kExitRunAgain,
                    "sources changed, names were taken, another run is at work; run again"},
    ExitCodeMeaning{kExitTransient, "network or server trouble that outlasted the retries"},
    ExitCodeMeaning{kExitProof,
                    "an output failed its check, it was not published; or verify: different"},
    ExitCodeMeaning{kExitInterrupted, "interrupted (SIGINT, Ctrl-C)"},
    ExitCodeMeaning{kExitTerminated, "terminated (SIGTERM)"},
};

// A file is gone or another one only because somebody else works there too.
int ExitCodeOfFile(ErrorCode code) {
  switch (code) {
    case ErrorCode::kMismatch:
      return kExitProof;
    case ErrorCode::kCredentials:
    case ErrorCode::kConfig:
      return kExitConfig;
    case ErrorCode::kNotFound:
    case ErrorCode::kSourceChanged:
    case ErrorCode::kAlreadyExists:
      return kExitRunAgain;
    case ErrorCode::kThrottled:
    case ErrorCode::kTransient:
      return kExitTransient;
    case ErrorCode::kCancelled:
      return kExitInterrupted;
    default:
      return kExitSomeFailed;
  }
}

// Smaller is stronger.
size_t Rank(int code) {
  constexpr std::array kOrder = {kExitInterrupted, kExitProof,    kExitUsage,    kExitConfig,
                                 kExitSomeFailed,  kExitRunAgain, kExitTransient};
  return std::distance(kOrder.begin(), std::ranges::find(kOrder, code));
}

}  // namespace

int ExitCodeOf(const Status& status) {
  if (status.ok()) return kExitOk;
  switch (const ErrorCode code = CodeOf(status)) {
    case ErrorCode::kInvalid:
      return kExitUsage;
    case ErrorCode::kNotFound:
    case ErrorCode::kDenied:
      return kExitConfig;
    default:
      return ExitCodeOfFile(code);
  }
}

int ExitCodeOf(const Status& status, const FileCounts& files, int signal) {
  int result = ExitCodeOf(status);
  for (const auto& [code, count] : files.failed_by_code) {
    if (count == 0) continue;
    int mine = ExitCodeOfFile(code);
    // One unreadable file is that file's trouble; if nothing at all is allowed,
    // it is the configuration's.
    const bool all = count == files.failed && files.completed == 0 && files.skipped == 0;
    if (code == ErrorCode::kDenied && all) mine = kExitConfig;
    if (Rank(mine) < Rank(result)) result = mine;
  }
  if (result == kExitOk && files.failed > 0) result = kExitSomeFailed;
  if (result == kExitInterrupted && signal == SIGTERM) return kExitTerminated;
  return result;
}

std::span<const ExitCodeMeaning> ExitCodes() { return kMeanings; }

}  // namespace pqpack::cli
