// SPDX-License-Identifier: Apache-2.0
//
// The pages of a column chunk as they are stored, and a data page taken apart: decompressed,
// its levels and values apart, but not decoded.
//
// Errors name the page.  Memory comes from the pool, so that a size which a header makes up
// ends there (kTooLarge).  One thread.
//
// Source: README.md, "Data Pages" and "Checksumming"; parquet.thrift, PageHeader.
#pragma once

#include <arrow/buffer.h>
#include <arrow/memory_pool.h>

#include <memory>
#include <optional>
#include <string>

#include "base/status.h"
#include "format/levels.h"
#include "verify/chunk_stream.h"
#include "verify/page_walk.h"

namespace pqpack {

// A data or dictionary page.
struct ChunkPage {
  int64_t number = 0;  // in the chunk
  PageFact fact;       // without its offset
  Bytes body;          // as stored, in `memory`
  std::shared_ptr<arrow::Buffer> memory;

  bool is_data() const { return fact.is_data(); }
  int64_t values() const { return fact.num_values; }
  Encoding encoding() const;  // PLAIN_DICTIONARY as what is written for it today
};

class ChunkPages {
 public:
  static Result<ChunkPages> Open(const ChunkSource& source, arrow::MemoryPool* pool);

  // The next data or dictionary page; others are passed over.  kCorrupt where there is none.
  Result<ChunkPage> Next();
  // Whether what follows parses as a page with values.
  Result<bool> ValuesFollow();

 private:
  ChunkPages(ChunkBytes bytes, int64_t left) : bytes_(std::move(bytes)), bytes_left_(left) {}
  Result<std::optional<PageFact>> PeekHeader();
  Result<Bytes> Peek(int64_t bytes);
  Status Skip(int64_t bytes);
  // Less of it where the chunk ends.
  Status TakeBody(ChunkPage* page);

  ChunkBytes bytes_;
  int64_t at_ = 0;  // in the whole chunk
  int64_t bytes_left_;
  int64_t number_ = 0;
};

// kCorrupt: the header has a checksum and it is another one.
Status CheckChecksum(const ChunkPage& page);

// "page 3: ..."
Status Within(const ChunkPage& page, const Status& status);

// A data page with its parts.
struct OpenedPage {
  std::shared_ptr<arrow::Buffer> memory;  // what the parts point into, where that is not the body
  PageParts parts;
};

// The checksum is checked.  `page` must outlive the result.
Result<OpenedPage> OpenPage(const ChunkPage& page, const ChunkSource& source, MaxLevels max,
                            arrow::MemoryPool* pool);

// The values of a dictionary page, which they may outlive.  The checksum is checked.
Result<std::shared_ptr<arrow::Buffer>> OpenDictionaryPage(const ChunkPage& page,
                                                          const ChunkSource& source,
                                                          arrow::MemoryPool* pool);

}  // namespace pqpack
