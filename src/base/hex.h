// SPDX-License-Identifier: Apache-2.0
//
// Bytes as hexadecimal digits: digests, marks, what test tools print.
#pragma once

#include <string>
#include <string_view>

namespace pqpack {

// Two lower-case digits a byte.
inline std::string ToHex(std::string_view raw) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(raw.size() * 2);
  for (const char c : raw) {
    hex += kDigits[static_cast<unsigned char>(c) >> 4];
    hex += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return hex;
}

}  // namespace pqpack
