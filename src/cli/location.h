// SPDX-License-Identifier: Apache-2.0
//
// A location on the command line.
#pragma once

#include <string_view>

#include "base/status.h"
#include "store/uri.h"

namespace pqpack::cli {

// kInvalid, naming `flag`, for what is no location or one of the tests' memory://.
Result<Uri> ParseLocation(std::string_view flag, std::string_view text);

}  // namespace pqpack::cli
