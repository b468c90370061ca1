// SPDX-License-Identifier: Apache-2.0
#include "format/size_statistics.h"

#include "format/struct_fields.h"

namespace pqpack {
namespace {

constexpr auto kSizeStatistics = StructFields<SizeStatistics>(
    "SizeStatistics", Field(1, &SizeStatistics::unencoded_byte_array_data_bytes),
    Field(2, &SizeStatistics::repetition_level_histogram),
    Field(3, &SizeStatistics::definition_level_histogram));

}  // namespace

void ReadStruct(CompactReader& in, SizeStatistics* out) { kSizeStatistics.Read(in, out); }
void WriteStruct(CompactWriter& out, const SizeStatistics& value) {
  kSizeStatistics.Write(out, value);
}

}  // namespace pqpack
