// SPDX-License-Identifier: Apache-2.0
//
// What files and row groups that the store copies have in common.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/status.h"
#include "diagnose/file_view.h"
#include "store/object_store.h"
#include "verify/page_walk.h"

namespace pqpack {

// Bytes of a file up to which they are rather read.
int64_t LeastToCopy(Scheme scheme);
// Bytes of a row group from which on the store appends it to others.
int64_t LeastToAppend(Scheme scheme);

// Whether an error means that the pages are to be read here: they are not what the footer says of
// them, or the store refuses to copy what it lets us read and write, without the permission
// (kDenied) or this range of it (kInvalid), or has made something else of it (kMismatch).
bool StoreCannot(const Status& status);

// First pages as a check wants them: by column.
std::vector<std::vector<PageFact>> FactsOf(std::span<const ChunkDetails> columns);

// The store's word on what it has published: kInternal where it is not of this size, and then it is
// removed.  That it does not answer says nothing of the object, which is there.
Status CheckStored(const ObjectInfo& object, int64_t size, ObjectStore& store);

}  // namespace pqpack
