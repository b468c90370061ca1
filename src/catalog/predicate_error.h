// SPDX-License-Identifier: Apache-2.0
//
// What is wrong with a predicate, and where.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/status.h"

namespace pqpack {

// kInvalid: `what`, then a line of `text` and a line with a caret under byte `at`.  Of a
// long text only what is around the place; a control character is shown as a space.
Status PredicateError(std::string_view text, size_t at, std::string_view what);

}  // namespace pqpack
