// SPDX-License-Identifier: Apache-2.0
//
// `pqpack inspect` for people: lines of 80 columns at the most, whatever is in the file,
// and nothing in them that a terminal would act on.  The file's name alone has a line as long
// as it takes.
#pragma once

#include <memory>

#include "cli/console.h"
#include "cli/inspect_printer.h"

namespace pqpack::cli {

// `console` is borrowed.  `list_pages`: each page is a line, instead of a summary per chunk.
std::unique_ptr<InspectPrinter> MakeInspectText(Console& console, bool list_pages);

}  // namespace pqpack::cli
