// SPDX-License-Identifier: Apache-2.0
//
// Where the data pages of one column chunk are.
// Source: parquet.thrift, OffsetIndex and PageLocation; PageIndex.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/status.h"
#include "format/compact_reader.h"
#include "format/compact_writer.h"

namespace pqpack {

struct PageLocation {
  int64_t offset = 0;                // of the page header, in the file
  int32_t compressed_page_size = 0;  // with the page header
  int64_t first_row_index = 0;       // in the row group
  UnknownFields unknown;
  bool operator==(const PageLocation&) const = default;
};

struct OffsetIndex {
  std::vector<PageLocation> page_locations;
  std::optional<std::vector<int64_t>> unencoded_byte_array_data_bytes;
  UnknownFields unknown;
  std::string as_written;  // see CompactReader::KeepForm; mostly empty
  bool operator==(const OffsetIndex&) const = default;
};

void ReadStruct(CompactReader& in, PageLocation* out);
void WriteStruct(CompactWriter& out, const PageLocation& value);
void ReadStruct(CompactReader& in, OffsetIndex* out);
void WriteStruct(CompactWriter& out, const OffsetIndex& value);

// kCorrupt, kTooLarge; also when `bytes` hold more than the index.
Result<OffsetIndex> ParseOffsetIndex(Bytes bytes);

}  // namespace pqpack
