// SPDX-License-Identifier: Apache-2.0
//
// The pages of one column chunk of an output, copied or made, and what the footer and the page
// index will say of them.  Nothing is taken from a source's footer but bounds.
//
// Source: parquet.thrift, PageHeader, ColumnMetaData, OffsetIndex; README.md, "Column chunks".
#pragma once

#include <arrow/buffer.h>
#include <arrow/io/interfaces.h>
#include <arrow/memory_pool.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/status.h"
#include "execute/codec.h"
#include "execute/pages/source_chunk.h"
#include "execute/pages/value_facts.h"
#include "format/column_metadata.h"
#include "format/offset_index.h"

namespace pqpack {

// What is known of a data page that goes out.
struct PageNote {
  int64_t rows = 0;  // that begin in it
  bool begins_row = true;
  ValueFacts facts;
};

// One thread.  After an error it can only be dropped.
class ChunkWriter {
 public:
  // The sink stands where the chunk begins.
  ChunkWriter(Codec codec, arrow::io::OutputStream& sink, arrow::MemoryPool* pool);

  // First, if at all.  `values`: `count` entries in PLAIN.
  Status WriteDictionary(Bytes values, int64_t count, bool checksum);

  // As it is, still compressed.
  Status CopyPage(const SourcePage& page, const PageNote& note);
  // A page of version 1; `body`: levels and values, not compressed.
  Status WritePage(Encoding encoding, Bytes body, const PageNote& note, bool checksum);

  // At least one data page was written.  What the pages tell: codec, encodings, counts, sizes,
  // offsets.
  Result<ColumnMetaData> Finish(bool has_levels);
  // Absent where a page has no row of its own: readers could not find rows by it.
  std::optional<OffsetIndex> Offsets() const;
  std::vector<ValueFacts> TakeFacts() { return std::move(facts_); }
  arrow::MemoryPool* pool() const { return pool_; }

 private:
  Status WriteMade(PageHeader header, Bytes body, bool checksum);
  Status Write(const PageHeader& header, Bytes header_bytes, Bytes body);
  Result<Bytes> Compressed(Bytes body);
  Status TakeDown(const PageHeader& header, const PageNote& note, PageLocation place);
  void Count(PageType type, Encoding encoding);

  const Codec codec_;
  arrow::io::OutputStream& sink_;
  arrow::MemoryPool* const pool_;
  Compressor compressor_;
  std::shared_ptr<arrow::ResizableBuffer> compressed_;  // null: not needed yet
  ColumnMetaData meta_;
  std::vector<PageEncodingStats> counts_;
  std::vector<PageLocation> places_;
  std::vector<ValueFacts> facts_;
  int64_t rows_ = 0;
  bool rows_are_found_ = true;
};

}  // namespace pqpack
