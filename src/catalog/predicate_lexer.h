// SPDX-License-Identifier: Apache-2.0
//
// A predicate's words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace pqpack {

struct Token {
  enum Kind { kWord, kQuotedName, kText, kNumber, kSymbol, kEnd };
  Kind kind = kEnd;
  std::string text;  // without quotes; a symbol as it is written
  size_t at = 0;     // its first byte in the predicate
};

// The last one is kEnd.  kInvalid, with a caret: quotes that do not end, characters that
// begin nothing.
Result<std::vector<Token>> SplitPredicate(std::string_view text);

// Whether a token is this keyword or symbol, in any case.
bool Is(const Token& token, std::string_view word);

}  // namespace pqpack
