// SPDX-License-Identifier: Apache-2.0
//
// What the footer says of the data of one column chunk.  Offsets are counted
// from the start of the file; sizes are bytes and contain the page headers.
// Source: parquet.thrift, ColumnMetaData and PageEncodingStats.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "format/compact_reader.h"
#include "format/compact_writer.h"
#include "format/key_value.h"
#include "format/size_statistics.h"
#include "format/statistics.h"
#include "format/types.h"

namespace pqpack {

// How many pages of a kind have an encoding.
struct PageEncodingStats {
  PageType page_type{};
  Encoding encoding{};
  int32_t count = 0;
  UnknownFields unknown;
  bool operator==(const PageEncodingStats&) const = default;
};

struct ColumnMetaData {
  PhysicalType type{};
  std::vector<Encoding> encodings;
  std::vector<std::string> path_in_schema;
  Codec codec{};
  int64_t num_values = 0;  // nulls and empty lists are counted
  int64_t total_uncompressed_size = 0;
  int64_t total_compressed_size = 0;
  std::optional<std::vector<KeyValue>> key_value_metadata;
  int64_t data_page_offset = 0;
  std::optional<int64_t> index_page_offset;
  std::optional<int64_t> dictionary_page_offset;
  std::optional<Statistics> statistics;
  std::optional<std::vector<PageEncodingStats>> encoding_stats;
  std::optional<int64_t> bloom_filter_offset;
  std::optional<int32_t> bloom_filter_length;
  std::optional<SizeStatistics> size_statistics;
  UnknownFields unknown;  // geospatial_statistics (17) is kept here, as bytes
  bool operator==(const ColumnMetaData&) const = default;

  // The bytes of the pages.  They start at the dictionary page where there is
  // one; some writers leave its offset 0 or absent and let data_page_offset
  // point at it, which gives the same range, and Arrow's leaves data_page_offset
  // 0 where no data page follows.  Not checked against anything.
  ByteRange pages() const;

  // Names joined with dots, for messages; not unique, names may contain dots.
  std::string Path() const;
};

void ReadStruct(CompactReader& in, PageEncodingStats* out);
void WriteStruct(CompactWriter& out, const PageEncodingStats& value);
void ReadStruct(CompactReader& in, ColumnMetaData* out);
void WriteStruct(CompactWriter& out, const ColumnMetaData& value);

}  // namespace pqpack
