// SPDX-License-Identifier: Apache-2.0
//
// For the targets whose input is a whole file: how it is changed, and where it is kept while
// pqpack reads it.
#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "format/footer.h"
#include "store/memory_store.h"

namespace pqpack::fuzz {

// A column chunk has more values than any target decodes: a few bytes may claim a billion nulls,
// and then an input takes seconds without anything new in it.
bool ClaimsMuch(const FileMetaData& footer);

// Puts `bytes` under memory://b/`name`, over what was there.
ObjectInfo Put(MemoryStore& store, const std::string& name, Bytes bytes);

}  // namespace pqpack::fuzz
