// SPDX-License-Identifier: Apache-2.0
//
// The program: which command, with which flags.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pqpack::cli {

// All of main().  Returns the exit code.
int RunApp(const std::vector<std::string>& args, std::string_view version);

}  // namespace pqpack::cli
