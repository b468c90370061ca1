// SPDX-License-Identifier: Apache-2.0
//
// Objects are files on local disks (anything mounted, really).  A version is
// told by size, mtime in nanoseconds and inode.  See local_listing.h for what is
// listed and local_writer.h for how files get their names.
#pragma once

#include <memory>
#include <stop_token>

#include "store/object_store.h"

namespace pqpack {

// `stop` requested: copies of ranges end with kCancelled soon; and if one of both is, so does
// waiting for a process that holds a folder's lock and does not go on (local_folder.h).
std::unique_ptr<ObjectStore> MakeLocalStore(std::stop_token stop = {},
                                            const std::stop_token& stop_waiting = {});

}  // namespace pqpack
