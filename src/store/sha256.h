// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/bytes.h"

namespace pqpack {

// 64 hexadecimal digits.
std::string Sha256Hex(Bytes data);

}  // namespace pqpack
