// SPDX-License-Identifier: Apache-2.0
//
// Histograms of levels and the unencoded size of a column chunk.
// Source: parquet.thrift, SizeStatistics.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "format/compact_reader.h"
#include "format/compact_writer.h"

namespace pqpack {

struct SizeStatistics {
  std::optional<int64_t> unencoded_byte_array_data_bytes;
  std::optional<std::vector<int64_t>> repetition_level_histogram;
  std::optional<std::vector<int64_t>> definition_level_histogram;
  UnknownFields unknown;
  bool operator==(const SizeStatistics&) const = default;
};

void ReadStruct(CompactReader& in, SizeStatistics* out);
void WriteStruct(CompactWriter& out, const SizeStatistics& value);

}  // namespace pqpack
