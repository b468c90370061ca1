// SPDX-License-Identifier: Apache-2.0
//
// Bounds and counts of each data page of one column chunk.
// Source: parquet.thrift, ColumnIndex; PageIndex.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/status.h"
#include "format/compact_reader.h"
#include "format/compact_writer.h"

namespace pqpack {

// Values on disk; others may come from a file.
enum class BoundaryOrder : int32_t { kUnordered = 0, kAscending = 1, kDescending = 2 };

// Each list has an entry per data page; the histograms one per page and level.
struct ColumnIndex {
  std::vector<bool> null_pages;
  std::vector<std::string> min_values;
  std::vector<std::string> max_values;
  BoundaryOrder boundary_order{};
  std::optional<std::vector<int64_t>> null_counts;
  std::optional<std::vector<int64_t>> repetition_level_histograms;
  std::optional<std::vector<int64_t>> definition_level_histograms;
  std::optional<std::vector<int64_t>> nan_counts;
  UnknownFields unknown;
  std::string as_written;  // see CompactReader::KeepForm; mostly empty
  bool operator==(const ColumnIndex&) const = default;
};

void ReadStruct(CompactReader& in, ColumnIndex* out);
void WriteStruct(CompactWriter& out, const ColumnIndex& value);

// kCorrupt, kTooLarge; also when `bytes` hold more than the index.
Result<ColumnIndex> ParseColumnIndex(Bytes bytes);

}  // namespace pqpack
