// SPDX-License-Identifier: Apache-2.0
#include "format/offset_index.h"

#include "format/struct_fields.h"

namespace pqpack {
namespace {

constexpr auto kPageLocation = StructFields<PageLocation>(
    "PageLocation", Field(1, &PageLocation::offset), Field(2, &PageLocation::compressed_page_size),
    Field(3, &PageLocation::first_row_index));

constexpr auto kOffsetIndex =
    StructFields<OffsetIndex>("OffsetIndex", Field(1, &OffsetIndex::page_locations),
                              Field(2, &OffsetIndex::unencoded_byte_array_data_bytes));

}  // namespace

void ReadStruct(CompactReader& in, PageLocation* out) { kPageLocation.Read(in, out); }
void WriteStruct(CompactWriter& out, const PageLocation& value) { kPageLocation.Write(out, value); }

void ReadStruct(CompactReader& in, OffsetIndex* out) { kOffsetIndex.Read(in, out); }
void WriteStruct(CompactWriter& out, const OffsetIndex& value) { kOffsetIndex.Write(out, value); }

Result<OffsetIndex> ParseOffsetIndex(Bytes bytes) {
  return ParseWhole<OffsetIndex>(bytes, "offset index");
}

}  // namespace pqpack
