// SPDX-License-Identifier: Apache-2.0
//
// Lists the files below a folder in the order in which S3 lists keys.
#pragma once

#include <memory>

#include "store/object_store.h"

namespace pqpack {

// kNotFound unless `folder` is a folder.  Symbolic links are followed; a link
// back to a folder that is being listed is left out, since its files are listed
// there.  A link to nowhere is listed with size 0, so that reading it fails by
// name instead of its rows going missing unsaid.  Names that are neither file,
// folder nor link, and names of unfinished writes, are left out.  A folder that
// can't be read ends the listing with kDenied.
Result<std::unique_ptr<Listing>> ListLocal(const Uri& folder);

}  // namespace pqpack
