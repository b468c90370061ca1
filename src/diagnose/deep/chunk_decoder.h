// SPDX-License-Identifier: Apache-2.0
//
// Reads the pages of one column chunk in order, by their own headers.
#pragma once

#include <arrow/buffer.h>
#include <arrow/io/interfaces.h>
#include <arrow/memory_pool.h>

#include <memory>
#include <optional>

#include "base/bytes.h"
#include "base/status.h"
#include "format/page_header.h"

namespace pqpack {

struct StoredPage {
  int64_t number = 0;  // in its chunk
  int64_t offset = 0;  // of the header
  int64_t header_size = 0;
  PageHeader header;
  std::shared_ptr<arrow::Buffer> body;  // as stored

  int64_t end() const { return offset + header_size + header.compressed_page_size; }
};

class ChunkDecoder {
 public:
  // `file` and `pool`, which gives the bodies' memory, are borrowed; `pages` lies inside of it.
  ChunkDecoder(arrow::io::RandomAccessFile& file, ByteRange pages, arrow::MemoryPool* pool)
      : file_(file), pool_(pool), end_(pages.end()), offset_(pages.offset) {}

  // Nothing behind the last page.  kCorrupt: what is there is no page; kTooLarge: more than the
  // pool gives; else an error of reading.
  Result<std::optional<StoredPage>> Next();

  int64_t offset() const { return offset_; }

 private:
  Result<std::shared_ptr<arrow::Buffer>> Body(const StoredPage& page);

  arrow::io::RandomAccessFile& file_;
  arrow::MemoryPool* const pool_;
  const int64_t end_;
  int64_t offset_;
  int64_t number_ = 0;
};

}  // namespace pqpack
