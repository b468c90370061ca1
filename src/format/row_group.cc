// SPDX-License-Identifier: Apache-2.0
#include "format/row_group.h"

namespace pqpack {

void ReadStruct(CompactReader& in, SortingColumn* out) {
  StructReader field(in, "SortingColumn", &out->unknown);
  while (field.Next()) {
    switch (field.id()) {
      case 1:
        field.Read(&out->column_idx);
        break;
      case 2:
        field.Read(&out->descending);
        break;
      case 3:
        field.Read(&out->nulls_first);
        break;
      default:
        field.Keep();
    }
  }
  field.Require({1, 2, 3});
}

void ReadStruct(CompactReader& in, ColumnChunk* out) {
  StructReader field(in, "ColumnChunk", &out->unknown);
  while (field.Next()) {
    switch (field.id()) {
      case 1:
        field.Read(&out->file_path);
        break;
      case 2:
        field.Read(&out->file_offset);
        break;
      case 3:
        field.Read(&out->meta_data);
        break;
      case 4:
        field.Read(&out->offset_index_offset);
        break;
      case 5:
        field.Read(&out->offset_index_length);
        break;
      case 6:
        field.Read(&out->column_index_offset);
        break;
      case 7:
        field.Read(&out->column_index_length);
        break;
      case 8:
        out->has_crypto_metadata = true;
        field.Keep();
        break;
      case 9:
        out->has_encrypted_column_metadata = true;
        field.Keep();
        break;
      default:
        field.Keep();
    }
  }
  field.Require({2});
}

void ReadStruct(CompactReader& in, RowGroup* out) {
  StructReader field(in, "RowGroup", &out->unknown);
  while (field.Next()) {
    switch (field.id()) {
      case 1:
        field.Read(&out->columns);
        break;
      case 2:
        field.Read(&out->total_byte_size);
        break;
      case 3:
        field.Read(&out->num_rows);
        break;
      case 4:
        field.Read(&out->sorting_columns);
        break;
      case 5:
        field.Read(&out->file_offset);
        break;
      case 6:
        field.Read(&out->total_compressed_size);
        break;
      case 7:
        field.Read(&out->ordinal);
        break;
      default:
        field.Keep();
    }
  }
  field.Require({1, 2, 3});
}

}  // namespace pqpack
