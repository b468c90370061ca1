// SPDX-License-Identifier: Apache-2.0
//
// --help and docs/cli.md, both made from the commands' own descriptions.  Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cli/command.h"

namespace pqpack::cli {

// `pqpack --help`
std::string OverviewHelp(std::span<const Command> commands, std::string_view version);

// `pqpack COMMAND --help`, 80 columns.
std::string CommandHelp(const Command& command);

// docs/cli.md
std::string MarkdownHelp(std::span<const Command> commands);

}  // namespace pqpack::cli
