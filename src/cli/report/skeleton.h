// SPDX-License-Identifier: Apache-2.0
//
// skeleton.html, as it was when this was built (cmake/PqpackRoom.cmake).
#pragma once

#include <string_view>

namespace pqpack::cli {

extern const std::string_view kPageSkeleton;

}  // namespace pqpack::cli
