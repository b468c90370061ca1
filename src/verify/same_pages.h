// SPDX-License-Identifier: Apache-2.0
//
// The structure proof: two column chunks consist of the same pages in the same order.  Each
// page body has the same bytes, and its header says the same of what decides how they are
// decoded: kind, encoding, numbers of values and rows, sizes.  So every reader decodes the
// same levels and values from both, whatever they are.  What a header says beside that
// (statistics, checksum) and how it is written may differ.
//
// Nothing is decoded or decompressed: it runs at the speed of reading.
#pragma once

#include <arrow/memory_pool.h>

#include <optional>
#include <string>

#include "base/status.h"
#include "verify/chunk_stream.h"

namespace pqpack {

// Nothing: they are the same pages.  Else what is not the same, which says nothing about the
// values.  The columns must have the same levels on disk.  Errors are those of reading; a
// page header that doesn't parse is a difference.
Result<std::optional<std::string>> ComparePages(const ChunkSource& a, const ChunkSource& b,
                                                arrow::MemoryPool* pool);

}  // namespace pqpack
