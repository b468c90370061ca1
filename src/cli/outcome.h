// SPDX-License-Identifier: Apache-2.0
//
// All that the end of a run has to say: what both renderings of the summary
// are made from.
#pragma once

#include <map>
#include <string>

#include "cli/digest.h"
#include "run/repack.h"
#include "store/request_counters.h"

namespace pqpack::cli {

struct Outcome {
  const RepackOptions* options = nullptr;  // null: it failed before there were any
  RepackSummary summary;
  Digest digest;
  Status status;  // why the run as a whole ended early
  double seconds = 0;
  int exit_code = 0;
  bool stat = false;
  std::map<std::string, RequestCount> requests;
};

}  // namespace pqpack::cli
