// SPDX-License-Identifier: Apache-2.0
//
// What lies between pages and footer: the page indexes of a chunk and the header of its
// bloom filter.
//
// Source: PageIndex.md; BloomFilter.md, "File Format"; parquet.thrift, ColumnChunk.
#pragma once

#include <arrow/io/interfaces.h>

#include <cstdint>
#include <limits>
#include <optional>

#include "base/bytes.h"
#include "base/status.h"
#include "format/bloom_filter_header.h"
#include "format/column_index.h"
#include "format/offset_index.h"
#include "format/row_group.h"

namespace pqpack {

// No index that is read is larger, nor are all those together that are held at a time: one of a
// million pages, more than which readers refuse, has about 20 MB.
inline constexpr int64_t kMaxIndexes = 32 * kMiB;

// A Bloom filter's header takes 10 to 20 bytes; unknown fields could make it longer.
constexpr int64_t kBloomHeaderGuess = kKiB;

// One of them: absent where the footer names none, or where it could not be read.
template <typename T>
struct IndexReport {
  std::optional<ByteRange> place;  // as the footer says
  std::optional<T> value;
  Status problem;
};

// What may be read: a footer may name any bytes as an index, and the same ones for each chunk.
class IndexAllowance {
 public:
  // `together`: bytes of all indexes that are held at the same time.
  IndexAllowance(int64_t file_size, int64_t together)
      : file_size_(file_size), left_in_file_(file_size), left_(together) {}

  // For an index that is to be read; what is refused does not count.
  //   kCorrupt   it lies outside of the data, or all are larger than the file: they share no bytes
  //   kTooLarge  it is larger than kMaxIndexes, or all are than may be held
  Status Charge(ByteRange place);
  // Without charging it.
  Status Check(ByteRange place) const;

 private:
  const int64_t file_size_;
  int64_t left_in_file_;
  int64_t left_;
};

class IndexReader {
 public:
  // `file` is borrowed; `together` as above.
  IndexReader(arrow::io::RandomAccessFile& file, int64_t file_size,
              int64_t together = std::numeric_limits<int64_t>::max())
      : file_(file), file_size_(file_size), allowance_(file_size, together) {}

  // Fail for errors of reading only; what the allowance refuses is a problem of the report.
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

  arrow::io::RandomAccessFile& file_;
  const int64_t file_size_;
  IndexAllowance allowance_;
};

}  // namespace pqpack
