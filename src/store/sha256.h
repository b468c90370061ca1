// SPDX-License-Identifier: Apache-2.0
//
// SHA-256, for signatures and for names that would get too long.
#pragma once

#include <string>

#include "base/bytes.h"

namespace pqpack {

// 64 hexadecimal digits.
std::string Sha256Hex(Bytes data);

}  // namespace pqpack
