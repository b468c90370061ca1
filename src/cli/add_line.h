// SPDX-License-Identifier: Apache-2.0
//
// Text that grows by formatted lines.
#pragma once

#include <fmt/format.h>

#include <iterator>
#include <string>
#include <utility>

namespace pqpack::cli {

template <typename... Args>
void AddLine(std::string& text, fmt::format_string<Args...> format, Args&&... args) {
  fmt::format_to(std::back_inserter(text), format, std::forward<Args>(args)...);
  text += '\n';
}

}  // namespace pqpack::cli
