// SPDX-License-Identifier: Apache-2.0
//
// A kind of JSON line, as docs/cli.md lists it.
#pragma once

#include <string_view>

namespace pqpack::cli {

struct JsonEvent {
  std::string_view name;
  std::string_view fields;
  std::string_view meaning;
};

}  // namespace pqpack::cli
