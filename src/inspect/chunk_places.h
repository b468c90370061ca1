// SPDX-License-Identifier: Apache-2.0
//
// Which bytes of the file belong to which column chunk, if the footer may lie: no byte
// to two chunks, none behind the data.  So a walk through all of them takes no longer
// than the file is large.  Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/status.h"
#include "format/footer.h"

namespace pqpack {

struct ChunkPlace {
  ByteRange pages;  // what may be walked; may be empty
  Status problem;   // why that is less than the footer says
};

// A place per row group and chunk.  `data_end`: where pages end at the latest.
//   kCorrupt      the chunk lies outside of the data, or runs into another one
//   kUnsupported  its bytes are encrypted, or in another file
std::vector<std::vector<ChunkPlace>> PlaceChunks(const FileMetaData& footer, int64_t data_end);

}  // namespace pqpack
