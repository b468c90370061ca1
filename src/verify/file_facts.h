// SPDX-License-Identifier: Apache-2.0
//
// What a comparison takes from the footer of a file.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "format/footer.h"
#include "verify/chunk_stream.h"

namespace pqpack {

using Schema = std::vector<SchemaElement>;

struct FileFacts {
  ReadQuirks quirks;
  std::vector<StoredChunk> chunks;  // of one row group after the other
  std::vector<int64_t> group_rows;
  std::shared_ptr<const Schema> schema;  // never null

  bool SameAs(const FileFacts& other) const;
};

// Neighbours of one schema share it: `before`, those of a neighbour, may be null.
FileFacts FactsOf(const FileMetaData& footer, const FileFacts* before);

}  // namespace pqpack
