// SPDX-License-Identifier: Apache-2.0
//
// Names of columns.  Hive and Glue keep them in lower case while files and folders keep
// what their writer had, so they are compared without regard to the case of ASCII.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"

namespace pqpack {

std::string LowerCase(std::string_view name);

inline bool SameName(std::string_view a, std::string_view b) {
  return LowerCase(a) == LowerCase(b);
}

std::vector<std::string> NamesOf(const std::vector<Column>& columns);

}  // namespace pqpack
