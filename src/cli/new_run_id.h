// SPDX-License-Identifier: Apache-2.0
//
// Names for runs: the library reads neither clock nor random numbers for them.
#pragma once

#include <string>

#include "base/status.h"

namespace pqpack::cli {

// By the clock and the system's random numbers (commit/run_folder.h).
Result<std::string> NewRunId();

}  // namespace pqpack::cli
