// SPDX-License-Identifier: Apache-2.0
//
// What lies between pages and footer: the page indexes of a chunk and the header of its
// bloom filter.
//
// Source: PageIndex.md; BloomFilter.md, "File Format"; parquet.thrift, ColumnChunk.
#pragma once

#include <arrow/io/interfaces.h>

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/status.h"
#include "format/bloom_filter_header.h"
#include "format/column_index.h"
#include "format/offset_index.h"
#include "format/row_group.h"

namespace pqpack {

// One of them: absent where the footer names none, or where it could not be read.
template <typename T>
struct IndexReport {
  std::optional<ByteRange> place;  // as the footer says
  std::optional<T> value;
  Status problem;
};

class IndexReader {
 public:
  // `file` is borrowed.
  IndexReader(arrow::io::RandomAccessFile& file, int64_t file_size)
      : file_(file), file_size_(file_size), left_(file_size) {}

  // Fail for errors of reading only.
  Result<IndexReport<ColumnIndex>> ReadColumnIndex(const ColumnChunk& chunk);
  Result<IndexReport<OffsetIndex>> ReadOffsetIndex(const ColumnChunk& chunk);
  // Of the filter only the header is read.  Where the footer gives no length, that of the
  // place is 0.
  Result<IndexReport<ParsedBloomFilterHeader>> ReadBloomFilter(const ColumnChunk& chunk);

 private:
  template <typename T>
  Result<IndexReport<T>> Read(const std::optional<int64_t>& offset,
                              const std::optional<int32_t>& length,
                              Result<T> (*parse)(Bytes bytes));
  Status Check(ByteRange place) const;
  Status Charge(ByteRange place);

  arrow::io::RandomAccessFile& file_;
  const int64_t file_size_;
  int64_t left_;  // what all indexes together may still have: they share no bytes
};

}  // namespace pqpack
