// SPDX-License-Identifier: Apache-2.0
//
// All that the end of a run has to say: what both renderings of the summary
// are made from.
#pragma once

#include "cli/digest.h"
#include "cli/run_end.h"
#include "run/repack.h"

namespace pqpack::cli {

struct Outcome : RunEnd {
  const RepackOptions* options = nullptr;  // null: it failed before there were any
  RepackSummary summary;
  Digest digest;
};

}  // namespace pqpack::cli
