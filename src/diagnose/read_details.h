// SPDX-License-Identifier: Apache-2.0
//
// Reads what lies beside the footer and tells most: page indexes, and the headers of each
// chunk's first pages and of its Bloom filter.  Chunk by chunk in the order of the file, a few MiB
// at a time.
#pragma once

#include <vector>

#include "base/status.h"
#include "diagnose/coalesced_file.h"
#include "diagnose/file_view.h"
#include "format/footer.h"

namespace pqpack {

using Details = std::vector<std::vector<ChunkDetails>>;  // by row group and column

// Fails for errors of reading only; what is wrong with the bytes is in the result.  Page indexes
// are read up to kMaxIndexes (inspect/read_indexes.h) in all.
Result<Details> ReadDetails(CoalescedFile& file, const FileMetaData& footer, int64_t data_end);

// Of these, the headers of first pages alone.
Result<Details> ReadFirstPages(CoalescedFile& file, const FileMetaData& footer, int64_t data_end);

// Where a chunk's page indexes are, as far as they can be: anything may stand in a footer.
std::vector<ByteRange> IndexPlaces(const ColumnChunk& chunk, int64_t file_size);

// Bytes that the result may take, and what is held of the file meanwhile.
int64_t MemoryOfDetails(const FileMetaData& footer);

}  // namespace pqpack
