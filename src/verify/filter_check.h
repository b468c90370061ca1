// SPDX-License-Identifier: Apache-2.0
//
// The Bloom filters of an output are those of the source, byte for byte, chunk for chunk: a
// filter that is another chunk's denies values that are there, and readers lose their rows.
//
// Where a merge may make filters, those that are not a source's are looked at as far as that goes
// without values: filter_proof.h does the rest.
//
// Shares no code with what carries them over.
//
// Source: BloomFilter.md, "File Format"; parquet.thrift, ColumnMetaData.
#pragma once

#include <arrow/io/interfaces.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/status.h"
#include "format/footer.h"

namespace pqpack {

// Of header and bits.
struct FilterDigest {
  int64_t length = 0;
  uint64_t low = 0, high = 0;  // XXH3, 128 bits
  bool operator==(const FilterDigest&) const = default;
};

// By row group with rows and column.
using FilterDigests = std::vector<std::vector<std::optional<FilterDigest>>>;

// Of the filters that the source's footer names, by their own headers; nothing where the chunk
// has none or what is there is none.  Reads each filter, a piece at a time.  Fails for errors
// of reading only.
Result<FilterDigests> DigestFilters(arrow::io::RandomAccessFile& source,
                                    const FileMetaData& footer);

// What filters an output may have.
struct ExpectedFilters {
  FilterDigests source;  // where it names one there may be that one
  bool made = false;     // where it names none there may be any
};

// The filter of an output's chunk, if it has one, is that of the chunk `column` of row group
// `row_group` of the source.  `tail` is everything behind the pages and starts at
// `tail_offset`.  kMismatch.
Status CheckFilter(const ColumnMetaData& meta, const ExpectedFilters& expected, size_t row_group,
                   size_t column, Bytes tail, int64_t tail_offset);

}  // namespace pqpack
