// SPDX-License-Identifier: Apache-2.0
//
// SHA-256, for signatures, for names that would get too long and for scripts of a page.
#pragma once

#include <string>

#include "base/bytes.h"

namespace pqpack {

// 64 hexadecimal digits.
std::string Sha256Hex(Bytes data);

// As a Content-Security-Policy has it.
std::string Sha256Base64(Bytes data);

}  // namespace pqpack
