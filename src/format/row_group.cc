// SPDX-License-Identifier: Apache-2.0
#include "format/row_group.h"

#include "format/struct_fields.h"

namespace pqpack {
namespace {

constexpr auto kSortingColumn = StructFields<SortingColumn>(
    "SortingColumn", Field(1, &SortingColumn::column_idx), Field(2, &SortingColumn::descending),
    Field(3, &SortingColumn::nulls_first));

constexpr auto kColumnChunk = StructFields<ColumnChunk>(
    "ColumnChunk", Field(1, &ColumnChunk::file_path), Field(2, &ColumnChunk::file_offset),
    Field(3, &ColumnChunk::meta_data), Field(4, &ColumnChunk::offset_index_offset),
    Field(5, &ColumnChunk::offset_index_length), Field(6, &ColumnChunk::column_index_offset),
    Field(7, &ColumnChunk::column_index_length));

constexpr auto kRowGroup = StructFields<RowGroup>(
    "RowGroup", Field(1, &RowGroup::columns), Field(2, &RowGroup::total_byte_size),
    Field(3, &RowGroup::num_rows), Field(4, &RowGroup::sorting_columns),
    Field(5, &RowGroup::file_offset), Field(6, &RowGroup::total_compressed_size),
    Field(7, &RowGroup::ordinal));

}  // namespace

void ReadStruct(CompactReader& in, SortingColumn* out) { kSortingColumn.Read(in, out); }
void WriteStruct(CompactWriter& out, const SortingColumn& value) {
  kSortingColumn.Write(out, value);
}

void ReadStruct(CompactReader& in, ColumnChunk* out) {
  kColumnChunk.Read(in, out);
  out->has_crypto_metadata = HasField(out->unknown, 8);
  out->has_encrypted_column_metadata = HasField(out->unknown, 9);
}
void WriteStruct(CompactWriter& out, const ColumnChunk& value) { kColumnChunk.Write(out, value); }

void ReadStruct(CompactReader& in, RowGroup* out) { kRowGroup.Read(in, out); }
void WriteStruct(CompactWriter& out, const RowGroup& value) { kRowGroup.Write(out, value); }

}  // namespace pqpack
