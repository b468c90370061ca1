// SPDX-License-Identifier: Apache-2.0
//
// The error of this room: a result of ours is not what it must be.
#pragma once

#include <fmt/format.h>

#include <utility>

#include "base/status.h"

namespace pqpack {

template <typename... Args>
Status Mismatch(fmt::format_string<Args...> text, Args&&... args) {
  return Error(ErrorCode::kMismatch, fmt::format(text, std::forward<Args>(args)...),
               "This is an error in pqpack and nothing was published: please report it.");
}

}  // namespace pqpack
