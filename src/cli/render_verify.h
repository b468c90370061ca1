// SPDX-License-Identifier: Apache-2.0
//
// What `pqpack verify` says, as text and as JSON lines.  Pure.
#pragma once

#include <string>
#include <vector>

#include "cli/run_end.h"
#include "run/verify.h"

namespace pqpack::cli {

// All that the end of a run has to say.
struct VerifyOutcome : RunEnd {
  const VerifyOptions* options = nullptr;  // null: it failed before there were any
  VerifySummary summary;
  std::vector<std::string> told;  // pairs that differ or failed, as text; the first ones
  int64_t untold = 0;
};

// A pair that differs or could not be compared; empty for one that is the same.
std::string PairText(const PairVerified& pair);
std::string PairJson(const PairVerified& pair);

// What ends every run, on stdout.  `brief`: the counts only.
std::string VerifySummaryText(const VerifyOutcome& outcome, bool brief);
std::string VerifySummaryJson(const VerifyOutcome& outcome);

}  // namespace pqpack::cli
