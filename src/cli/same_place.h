// SPDX-License-Identifier: Apache-2.0
//
// Refuses a destination that is the source, or where one lies inside the other:
// a run would read its own outputs or overwrite its inputs.
#pragma once

#include <string_view>

#include "base/status.h"
#include "store/uri.h"

namespace pqpack::cli {

// kInvalid if they overlap.  Local paths are compared by what they lead to:
// symbolic links, another mount of the same folder and other spellings count.
// S3 keys have one spelling each.  Touches the local file system only.
struct NamedPlace {
  std::string_view flag;  // for messages
  const Uri& uri;
};
Status CheckApart(const NamedPlace& source, const NamedPlace& destination);

}  // namespace pqpack::cli
