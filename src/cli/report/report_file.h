// SPDX-License-Identifier: Apache-2.0
//
// --report FILE.html: where the page of a run goes.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>

#include "base/status.h"
#include "cli/command.h"
#include "cli/output_options.h"
#include "cli/report/page.h"
#include "cli/run_end.h"
#include "cli/same_place.h"
#include "store/uri.h"

namespace pqpack::cli {

Flag ReportFlag(std::string* file);

// Absent if `file` is empty.  kInvalid for what is no file of HTML on this machine, and for one
// among the files of the run, where a reader of the table would find it.
Result<std::optional<Uri>> ReportPlace(const std::string& file,
                                       std::initializer_list<NamedPlace> apart_from);

// Writes the page, whole or not at all, in place of an earlier one, and says so.  Where that fails
// the work is done all the same: the error is told, and is the exit code of a run that had none.
void WriteReport(const Uri& file, ReportPage page, const OutputOptions& output,
                 const Context& context, RunEnd* end);

}  // namespace pqpack::cli
