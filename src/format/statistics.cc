// SPDX-License-Identifier: Apache-2.0
#include "format/statistics.h"

#include "format/struct_fields.h"

namespace pqpack {
namespace {

constexpr auto kStatistics = StructFields<Statistics>(
    "Statistics", Field(1, &Statistics::max), Field(2, &Statistics::min),
    Field(3, &Statistics::null_count), Field(4, &Statistics::distinct_count),
    Field(5, &Statistics::max_value), Field(6, &Statistics::min_value),
    Field(7, &Statistics::is_max_value_exact), Field(8, &Statistics::is_min_value_exact),
    Field(9, &Statistics::nan_count));

}  // namespace

void ReadStruct(CompactReader& in, Statistics* out) { kStatistics.Read(in, out); }
void WriteStruct(CompactWriter& out, const Statistics& value) { kStatistics.Write(out, value); }

}  // namespace pqpack
