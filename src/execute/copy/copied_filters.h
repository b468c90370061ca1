// SPDX-License-Identifier: Apache-2.0
//
// Bloom filters that go along with chunks whose values stay: header and bits as they are, behind
// the pages and before the page indexes, which is one of two places that the format has for them
// (BloomFilter.md, "File Format").  Readers need the offset alone, but the length is always told:
// without it parquet-java 1.14 and 1.15 may take half a filter for a whole one
// (apache/parquet-java#3249).
//
// Memory: a filter at a time.  One thread.
#pragma once

#include <arrow/io/interfaces.h>

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/status.h"
#include "format/footer.h"

namespace pqpack {

class CopiedFilters {
 public:
  // The bytes at `place` of the source are the filter of this chunk of the output.
  void Add(size_t row_group, size_t column, ByteRange place) {
    filters_.push_back({row_group, column, place});
  }

  // Where they are in the source.
  std::vector<ByteRange> Places() const;

  // Writes them and tells the footer where they are.
  Status Write(arrow::io::RandomAccessFile& source, arrow::io::OutputStream& sink,
               FileMetaData* footer) const;

 private:
  struct Filter {
    size_t row_group, column;
    ByteRange place;
  };
  std::vector<Filter> filters_;
};

}  // namespace pqpack
