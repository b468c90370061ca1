// SPDX-License-Identifier: Apache-2.0
//
// A column chunk of an input as its pages, still compressed: headers parsed, mended
// (copy/mend_header.h) and held against the footer, bodies against their checksums.
//
// Source: README.md, "Column chunks"; parquet.thrift, PageHeader.
#pragma once

#include <arrow/buffer.h>
#include <arrow/io/interfaces.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/status.h"
#include "execute/copy/mend_header.h"
#include "format/column_metadata.h"
#include "format/page_header.h"

namespace pqpack {

struct SourcePage {
  PageHeader header;
  bool changed = false;  // the header is not what the file has
  Bytes header_bytes;    // as the file has them
  Bytes body;            // as stored

  bool is_v2() const { return header.type == PageType::kDataV2; }
  int64_t slots() const { return *header.num_values(); }
  Encoding encoding() const { return *header.encoding(); }
};

struct SourceChunk {
  std::shared_ptr<arrow::Buffer> bytes;  // what the pages are views of
  std::optional<SourcePage> dictionary;
  std::vector<SourcePage> pages;  // of data; those without values are left out
};

// Reads the chunk in one piece.
//   kUnsupported  a page is not what the target reads
//   kCorrupt      the pages break the format or disagree with the footer's counts
Result<SourceChunk> ReadSourceChunk(const ColumnMetaData& chunk, const ChunkRules& rules,
                                    arrow::io::RandomAccessFile& file);

}  // namespace pqpack
