// SPDX-License-Identifier: Apache-2.0
//
// The header in front of each page's body.  Sizes are in bytes, of the body.
// Source: parquet.thrift, PageHeader and the four structures inside of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/status.h"
#include "format/compact_reader.h"
#include "format/compact_writer.h"
#include "format/statistics.h"
#include "format/types.h"

namespace pqpack {

struct DataPageHeader {
  int32_t num_values = 0;  // nulls are counted
  Encoding encoding{};
  Encoding definition_level_encoding{};
  Encoding repetition_level_encoding{};
  std::optional<Statistics> statistics;
  UnknownFields unknown;
  bool operator==(const DataPageHeader&) const = default;
};

struct DictionaryPageHeader {
  int32_t num_values = 0;
  Encoding encoding{};
  std::optional<bool> is_sorted;
  UnknownFields unknown;
  bool operator==(const DictionaryPageHeader&) const = default;
};

struct DataPageHeaderV2 {
  int32_t num_values = 0;  // nulls are counted
  int32_t num_nulls = 0;
  int32_t num_rows = 0;
  Encoding encoding{};
  int32_t definition_levels_byte_length = 0;
  int32_t repetition_levels_byte_length = 0;
  std::optional<bool> is_compressed;  // absent means true
  std::optional<Statistics> statistics;
  UnknownFields unknown;
  bool operator==(const DataPageHeaderV2&) const = default;
};

struct PageHeader {
  PageType type{};
  int32_t uncompressed_page_size = 0;
  int32_t compressed_page_size = 0;
  std::optional<int32_t> crc;
  // That of `type` is there, whatever else is.
  std::optional<DataPageHeader> data;
  std::optional<DictionaryPageHeader> dictionary;
  std::optional<DataPageHeaderV2> data_v2;
  UnknownFields unknown;   // an index page's header (6) is kept here, as bytes
  std::string as_written;  // see CompactReader::KeepForm; mostly empty
  bool operator==(const PageHeader&) const = default;

  bool is_data() const { return type == PageType::kData || type == PageType::kDataV2; }
  // Of data and dictionary pages; nothing of others.
  std::optional<int32_t> num_values() const;
  std::optional<Encoding> encoding() const;
  // A page of version 2 may be left uncompressed whatever its chunk's codec is.
  bool says_uncompressed() const {
    return type == PageType::kDataV2 && !data_v2->is_compressed.value_or(true);
  }
  // Of a page that is not compressed, in a chunk of `codec`, both sizes are the same.
  bool has_two_sizes(Codec codec) const {
    const bool plain = codec == Codec::kUncompressed || says_uncompressed();
    return plain && compressed_page_size != uncompressed_page_size;
  }
};

struct ParsedPageHeader {
  PageHeader header;
  int64_t length = 0;  // of the header; the body follows
};

// Larger headers are refused, as Arrow's reader does by default.
constexpr int64_t kMaxPageHeader = 16 * kMiB;

void ReadStruct(CompactReader& in, PageHeader* out);
void WriteStruct(CompactWriter& out, const PageHeader& value);

// Parses the header at the front of `window`.  nullopt: the window ends inside of
// the header, try again with more bytes.  kCorrupt: no number of bytes would make
// it a header, or a size or count in it is negative, or the structure that
// belongs to its type is missing.
Result<std::optional<ParsedPageHeader>> ParsePageHeader(Bytes window);

}  // namespace pqpack
