// SPDX-License-Identifier: Apache-2.0
//
// A pair of the footer's or a column chunk's key-value metadata.
// Source: parquet.thrift, KeyValue.
#pragma once

#include <optional>
#include <string>

#include "format/compact_reader.h"
#include "format/compact_writer.h"

namespace pqpack {

struct KeyValue {
  std::string key;
  std::optional<std::string> value;
  UnknownFields unknown;
  bool operator==(const KeyValue&) const = default;
};

void ReadStruct(CompactReader& in, KeyValue* out);
void WriteStruct(CompactWriter& out, const KeyValue& value);

}  // namespace pqpack
