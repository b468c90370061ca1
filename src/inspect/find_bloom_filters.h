// SPDX-License-Identifier: Apache-2.0
//
// Which bytes of a file are the Bloom filter of which column chunk, if the footer may lie:
// those that a reader can use, that lie in the data, and that are nothing else.
//
// Source: BloomFilter.md, "File Format"; parquet.thrift, ColumnMetaData.
#pragma once

#include <arrow/io/interfaces.h>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/status.h"
#include "format/footer.h"
#include "inspect/read_indexes.h"

namespace pqpack {

// Nothing in it: the chunk has none.
struct FoundFilter {
  ByteRange place;      // of header and bits; empty where there is a problem
  ByteRange bits;       // behind the header
  std::string problem;  // why what the footer names is not taken for a filter
};

class BloomFilterFinder {
 public:
  // `file` is borrowed.  Filters end before `data_end`, where the footer begins.
  BloomFilterFinder(arrow::io::RandomAccessFile& file, int64_t file_size, int64_t data_end,
                    const FileMetaData& footer);

  // One chunk after the other, each once: no two share a byte.  Reads a header.  Fails for
  // errors of reading only.
  Result<FoundFilter> Find(const ColumnChunk& chunk);

 private:
  void Take(std::vector<ByteRange> pages);
  std::string Problem(ByteRange place) const;

  IndexReader reader_;
  const int64_t data_end_;
  // End by beginning, of pages and of filters found: none shares a byte with another.
  std::map<int64_t, int64_t> taken_;
  std::set<int64_t> shared_;  // offsets that several chunks name
};

// Where the header of a chunk's filter may be, as far as that can be: a KiB, or what is left of
// the file.  Empty where the chunk names no filter.
ByteRange FilterHeaderPlace(const ColumnChunk& chunk, int64_t file_size);

}  // namespace pqpack
