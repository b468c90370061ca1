// SPDX-License-Identifier: Apache-2.0
//
// Where a local path really is.  What is locked, listed and written down by name has to be one
// place, by whatever links somebody came to it.
#pragma once

#include "base/status.h"
#include "store/uri.h"

namespace pqpack {

// The same place with the symbolic links of its path followed; the part that does not exist yet
// stays as it is written, and so does a '/' at the end.  Other stores have no links.  kInvalid: a
// loop of links; kDenied.
Result<Uri> RealPlace(const Uri& place);

}  // namespace pqpack
