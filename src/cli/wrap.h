// SPDX-License-Identifier: Apache-2.0
//
// Lines for a terminal of 80 columns from text that nobody vouches for.  Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pqpack::cli {

inline constexpr int kTextColumns = 80;

// Pieces one behind the other, a space between, and a new line where the next one would pass
// the last column: `indent` is in front of the first line, `hanging` spaces of the others.  A
// piece that is longer than a line is broken up.  All are made safe for a terminal (OneLine).
// No line break at the end.
std::string Wrap(std::string_view indent, size_t hanging, const std::vector<std::string>& pieces);

// The first `columns` columns of it, safe for a terminal, with "..." where more follows.
std::string Cut(std::string_view text, int columns);

}  // namespace pqpack::cli
