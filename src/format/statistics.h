// SPDX-License-Identifier: Apache-2.0
//
// Bounds and counts of a column chunk or a page, as far as the writer gave them:
// absent is not zero.  Bounds are PLAIN-encoded values without a length prefix.
// Source: parquet.thrift, Statistics.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "format/compact_reader.h"
#include "format/compact_writer.h"

namespace pqpack {

struct Statistics {
  std::optional<std::string> max;  // deprecated: signed byte order whatever the type
  std::optional<std::string> min;
  std::optional<int64_t> null_count;
  std::optional<int64_t> distinct_count;
  std::optional<std::string> max_value;
  std::optional<std::string> min_value;
  std::optional<bool> is_max_value_exact;
  std::optional<bool> is_min_value_exact;
  std::optional<int64_t> nan_count;
  UnknownFields unknown;

  bool HasBounds() const { return min_value || max_value || min || max; }
  bool operator==(const Statistics&) const = default;
};

void ReadStruct(CompactReader& in, Statistics* out);
void WriteStruct(CompactWriter& out, const Statistics& value);

}  // namespace pqpack
