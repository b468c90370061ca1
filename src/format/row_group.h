// SPDX-License-Identifier: Apache-2.0
//
// A horizontal slice of the table and its column chunks.
// Source: parquet.thrift, RowGroup, ColumnChunk and SortingColumn.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "format/column_metadata.h"
#include "format/compact_reader.h"
#include "format/compact_writer.h"

namespace pqpack {

struct SortingColumn {
  int32_t column_idx = 0;
  bool descending = false;
  bool nulls_first = false;
  UnknownFields unknown;
  bool operator==(const SortingColumn&) const = default;
};

struct ColumnChunk {
  std::optional<std::string> file_path;  // the data is in another file
  int64_t file_offset = 0;               // deprecated, and wrong in many files
  std::optional<ColumnMetaData> meta_data;
  std::optional<int64_t> offset_index_offset;
  std::optional<int32_t> offset_index_length;
  std::optional<int64_t> column_index_offset;
  std::optional<int32_t> column_index_length;
  bool has_crypto_metadata = false;
  bool has_encrypted_column_metadata = false;
  UnknownFields unknown;  // the two encryption fields (8 and 9) are kept here, as bytes
  bool operator==(const ColumnChunk&) const = default;

  bool encrypted() const { return has_crypto_metadata || has_encrypted_column_metadata; }
};

struct RowGroup {
  std::vector<ColumnChunk> columns;
  int64_t total_byte_size = 0;
  int64_t num_rows = 0;
  std::optional<std::vector<SortingColumn>> sorting_columns;
  std::optional<int64_t> file_offset;
  std::optional<int64_t> total_compressed_size;
  std::optional<int16_t> ordinal;
  UnknownFields unknown;
  bool operator==(const RowGroup&) const = default;
};

void ReadStruct(CompactReader& in, SortingColumn* out);
void WriteStruct(CompactWriter& out, const SortingColumn& value);
void ReadStruct(CompactReader& in, ColumnChunk* out);
void WriteStruct(CompactWriter& out, const ColumnChunk& value);
void ReadStruct(CompactReader& in, RowGroup* out);
void WriteStruct(CompactWriter& out, const RowGroup& value);

}  // namespace pqpack
