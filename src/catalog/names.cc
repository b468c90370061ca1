// SPDX-License-Identifier: Apache-2.0
#include "catalog/names.h"

namespace pqpack {

std::string LowerCase(std::string_view name) {
  std::string lower(name);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

}  // namespace pqpack
