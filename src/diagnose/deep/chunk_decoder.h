// SPDX-License-Identifier: Apache-2.0
//
// Reads the pages of one column chunk in order, by their own headers.
#pragma once

#include <arrow/buffer.h>
#include <arrow/io/interfaces.h>

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
  // `file` is borrowed; `pages` lies inside of it.
  ChunkDecoder(arrow::io::RandomAccessFile& file, ByteRange pages)
      : file_(file), end_(pages.end()), offset_(pages.offset) {}

  // Nothing behind the last page.  kCorrupt: what is there is no page; else an error of reading.
  Result<std::optional<StoredPage>> Next();

  int64_t offset() const { return offset_; }

 private:
  arrow::io::RandomAccessFile& file_;
  const int64_t end_;
  int64_t offset_;
  int64_t number_ = 0;
};

}  // namespace pqpack
