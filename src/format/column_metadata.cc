// SPDX-License-Identifier: Apache-2.0
#include "format/column_metadata.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "format/struct_fields.h"

namespace pqpack {
namespace {

constexpr auto kPageEncodingStats = StructFields<PageEncodingStats>(
    "PageEncodingStats", Field(1, &PageEncodingStats::page_type),
    Field(2, &PageEncodingStats::encoding), Field(3, &PageEncodingStats::count));

constexpr auto kColumnMetaData = StructFields<ColumnMetaData>(
    "ColumnMetaData", Field(1, &ColumnMetaData::type), Field(2, &ColumnMetaData::encodings),
    Field(3, &ColumnMetaData::path_in_schema), Field(4, &ColumnMetaData::codec),
    Field(5, &ColumnMetaData::num_values), Field(6, &ColumnMetaData::total_uncompressed_size),
    Field(7, &ColumnMetaData::total_compressed_size), Field(8, &ColumnMetaData::key_value_metadata),
    Field(9, &ColumnMetaData::data_page_offset), Field(10, &ColumnMetaData::index_page_offset),
    Field(11, &ColumnMetaData::dictionary_page_offset), Field(12, &ColumnMetaData::statistics),
    Field(13, &ColumnMetaData::encoding_stats), Field(14, &ColumnMetaData::bloom_filter_offset),
    Field(15, &ColumnMetaData::bloom_filter_length), Field(16, &ColumnMetaData::size_statistics));

}  // namespace

ByteRange ColumnMetaData::pages() const {
  const int64_t dictionary = dictionary_page_offset.value_or(0);
  const bool first = dictionary > 0 && (dictionary < data_page_offset || data_page_offset == 0);
  return {first ? dictionary : data_page_offset, total_compressed_size};
}

std::string ColumnMetaData::Path() const {
  return fmt::format("{}", fmt::join(path_in_schema, "."));
}

void ReadStruct(CompactReader& in, PageEncodingStats* out) { kPageEncodingStats.Read(in, out); }
void WriteStruct(CompactWriter& out, const PageEncodingStats& value) {
  kPageEncodingStats.Write(out, value);
}

void ReadStruct(CompactReader& in, ColumnMetaData* out) { kColumnMetaData.Read(in, out); }
void WriteStruct(CompactWriter& out, const ColumnMetaData& value) {
  kColumnMetaData.Write(out, value);
}

}  // namespace pqpack
