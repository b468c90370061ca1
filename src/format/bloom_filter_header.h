// SPDX-License-Identifier: Apache-2.0
//
// The header in front of the bits of a column chunk's bloom filter; the bits follow it.
// Source: parquet.thrift, BloomFilterHeader; BloomFilter.md.
#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/status.h"
#include "format/compact_reader.h"
#include "format/compact_writer.h"

namespace pqpack {

// Field ids of the unions; kNone: empty.
enum class BloomFilterAlgorithm : int16_t { kNone = 0, kBlock = 1 };
enum class BloomFilterHash : int16_t { kNone = 0, kXxHash = 1 };
enum class BloomFilterCompression : int16_t { kNone = 0, kUncompressed = 1 };

struct BloomFilterHeader {
  int32_t num_bytes = 0;  // of the bits
  BloomFilterAlgorithm algorithm{};
  BloomFilterHash hash{};
  BloomFilterCompression compression{};
  UnknownFields unknown_of_algorithm;  // see union_view.h
  UnknownFields unknown_of_hash;
  UnknownFields unknown_of_compression;
  UnknownFields unknown;
  std::string as_written;  // see CompactReader::KeepForm; mostly empty
  bool operator==(const BloomFilterHeader&) const = default;
};

struct ParsedBloomFilterHeader {
  BloomFilterHeader header;
  int64_t length = 0;  // of the header; the bits follow
};

void ReadStruct(CompactReader& in, BloomFilterHeader* out);
void WriteStruct(CompactWriter& out, const BloomFilterHeader& value);

// Parses the header at the front of `window`.  kCorrupt, also where the window ends
// inside of the header (one takes 10 to 20 bytes) or the bits would be less than none.
Result<ParsedBloomFilterHeader> ParseBloomFilterHeader(Bytes window);

}  // namespace pqpack
