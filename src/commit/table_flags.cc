// SPDX-License-Identifier: Apache-2.0
#include "commit/table_flags.h"

namespace pqpack {

std::string TableFlags(const std::string& table, const std::string& catalog_id) {
  const size_t dot = table.find('.');
  if (dot == std::string::npos) return {};
  std::string flags =
      " --database-name " + table.substr(0, dot) + " --table-name " + table.substr(dot + 1);
  if (!catalog_id.empty()) flags += " --catalog-id " + catalog_id;
  return flags;
}

}  // namespace pqpack
