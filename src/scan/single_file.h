// SPDX-License-Identifier: Apache-2.0
//
// A location that names one file and not a folder.
#pragma once

#include <optional>

#include "scan/paired_listing.h"
#include "store/object_store.h"

namespace pqpack {

struct SingleFile {
  PairedObject pair;
  Uri output;  // the destination itself where it has a Parquet name, else in that folder
};

// Nothing where `source` is a folder: it does not have a Parquet name, ends in
// '/', or no object of exactly this name exists.
Result<std::optional<SingleFile>> FindSingleFile(ObjectStore& store, const Uri& source,
                                                 ObjectStore& destination_store,
                                                 const Uri& destination);

}  // namespace pqpack
