// SPDX-License-Identifier: Apache-2.0
//
// The list of checks for people: --list-checks, and docs/checks.md.  Pure.
#pragma once

#include <string>

namespace pqpack::cli {

// `pqpack diagnose --list-checks`: a line or two each.
std::string CheckListText();

// The same for programs: an object per line.
std::string CheckListJson();

// `pqpack --checks-markdown`: docs/checks.md.
std::string ChecksMarkdown();

}  // namespace pqpack::cli
