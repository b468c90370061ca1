// SPDX-License-Identifier: Apache-2.0
#include "format/column_index.h"

#include "format/struct_fields.h"

namespace pqpack {
namespace {

constexpr auto kColumnIndex = StructFields<ColumnIndex>(
    "ColumnIndex", Field(1, &ColumnIndex::null_pages), Field(2, &ColumnIndex::min_values),
    Field(3, &ColumnIndex::max_values), Field(4, &ColumnIndex::boundary_order),
    Field(5, &ColumnIndex::null_counts), Field(6, &ColumnIndex::repetition_level_histograms),
    Field(7, &ColumnIndex::definition_level_histograms), Field(8, &ColumnIndex::nan_counts));

}  // namespace

void ReadStruct(CompactReader& in, ColumnIndex* out) { kColumnIndex.Read(in, out); }
void WriteStruct(CompactWriter& out, const ColumnIndex& value) { kColumnIndex.Write(out, value); }

Result<ColumnIndex> ParseColumnIndex(Bytes bytes) {
  return ParseWhole<ColumnIndex>(bytes, "column index");
}

}  // namespace pqpack
