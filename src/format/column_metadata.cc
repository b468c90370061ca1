// SPDX-License-Identifier: Apache-2.0
#include "format/column_metadata.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace pqpack {

ByteRange ColumnMetaData::pages() const {
  const int64_t dictionary = dictionary_page_offset.value_or(0);
  const bool first = dictionary > 0 && (dictionary < data_page_offset || data_page_offset == 0);
  return {first ? dictionary : data_page_offset, total_compressed_size};
}

std::string ColumnMetaData::Path() const {
  return fmt::format("{}", fmt::join(path_in_schema, "."));
}

void ReadStruct(CompactReader& in, PageEncodingStats* out) {
  StructReader field(in, "PageEncodingStats", &out->unknown);
  while (field.Next()) {
    switch (field.id()) {
      case 1:
        field.Read(&out->page_type);
        break;
      case 2:
        field.Read(&out->encoding);
        break;
      case 3:
        field.Read(&out->count);
        break;
      default:
        field.Keep();
    }
  }
  field.Require({1, 2, 3});
}

void ReadStruct(CompactReader& in, ColumnMetaData* out) {
  StructReader field(in, "ColumnMetaData", &out->unknown);
  while (field.Next()) {
    switch (field.id()) {
      case 1:
        field.Read(&out->type);
        break;
      case 2:
        field.Read(&out->encodings);
        break;
      case 3:
        field.Read(&out->path_in_schema);
        break;
      case 4:
        field.Read(&out->codec);
        break;
      case 5:
        field.Read(&out->num_values);
        break;
      case 6:
        field.Read(&out->total_uncompressed_size);
        break;
      case 7:
        field.Read(&out->total_compressed_size);
        break;
      case 8:
        field.Read(&out->key_value_metadata);
        break;
      case 9:
        field.Read(&out->data_page_offset);
        break;
      case 10:
        field.Read(&out->index_page_offset);
        break;
      case 11:
        field.Read(&out->dictionary_page_offset);
        break;
      case 12:
        field.Read(&out->statistics);
        break;
      case 13:
        field.Read(&out->encoding_stats);
        break;
      case 14:
        field.Read(&out->bloom_filter_offset);
        break;
      case 15:
        field.Read(&out->bloom_filter_length);
        break;
      case 16:
        field.Read(&out->size_statistics);
        break;
      default:
        field.Keep();
    }
  }
  field.Require({1, 2, 3, 4, 5, 6, 7, 9});
}

}  // namespace pqpack
