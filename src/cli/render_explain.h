// SPDX-License-Identifier: Apache-2.0
//
// What --explain says of a task, as text and as a JSON line.  Pure.
#pragma once

#include <string>

#include "run/explain_compaction.h"

namespace pqpack::cli {

// Columns that take the same levels for the same reasons are one line.
std::string ExplainText(const ExplainedTask& task);
std::string ExplainJson(const ExplainedTask& task);

}  // namespace pqpack::cli
