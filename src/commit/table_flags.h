// SPDX-License-Identifier: Apache-2.0
//
// How messages name a table of a catalog to who is to run a command.
#pragma once

#include <string>

namespace pqpack {

// "d.t" as the flags that name it, each behind a space; nothing where it is no such name.
// `catalog_id`: empty, that of the account.
std::string TableFlags(const std::string& table, const std::string& catalog_id);

}  // namespace pqpack
