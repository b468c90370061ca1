// SPDX-License-Identifier: Apache-2.0
//
// Events and the summary as JSON lines for programs.  Pure.  Each line is one
// object with `v` (the version of this format) and `event`; fields are added in
// later releases, never renamed or removed within a version.  docs/cli.md lists
// them.  Bytes of names that are no UTF-8 come out as U+FFFD.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/events.h"
#include "cli/json_event.h"
#include "cli/outcome.h"

namespace pqpack::cli {

// Empty for events that only move the progress (FilesFound, FileQueued).
std::string EventJson(const Event& event);

std::string TargetJson(const Target& target);

// Why the run as a whole ended early.
std::string ErrorJson(const Status& status);

// What came of the page of --report.
std::string ReportJson(const std::string& uri, const Status& status);

std::string SummaryJson(const Outcome& outcome);

// Those of repack, most of which other commands have too.
std::span<const JsonEvent> JsonEvents();

}  // namespace pqpack::cli
