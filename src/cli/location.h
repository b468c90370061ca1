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

// The same, of a place that is locked and that names are kept of: local links are followed.
Result<Uri> ParseRealLocation(std::string_view flag, std::string_view text);

}  // namespace pqpack::cli
