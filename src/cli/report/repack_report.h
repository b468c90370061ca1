// SPDX-License-Identifier: Apache-2.0
//
// What --report says of a repack.  Pure.
#pragma once

#include "cli/outcome.h"
#include "cli/report/page.h"
#include "cli/report/repack_log.h"

namespace pqpack::cli {

// What is about the run as such (`when`, `version`) is the caller's.
ReportPage RepackReport(const Outcome& outcome, const RepackLog& log);

}  // namespace pqpack::cli
