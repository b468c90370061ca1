// SPDX-License-Identifier: Apache-2.0
//
// `pqpack inspect --output json`: an object per line, see docs/cli.md.
#pragma once

#include <memory>
#include <span>

#include "cli/console.h"
#include "cli/inspect_printer.h"
#include "cli/json_event.h"

namespace pqpack::cli {

// `console` is borrowed.
std::unique_ptr<InspectPrinter> MakeInspectJson(Console& console);

// What docs/cli.md says of these lines.
std::span<const JsonEvent> InspectEvents();

}  // namespace pqpack::cli
