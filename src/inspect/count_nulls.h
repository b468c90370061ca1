// SPDX-License-Identifier: Apache-2.0
//
// How many values of a data page of version 1 are null, counted from its
// definition levels: its header does not say.  Pure.
//
// Source: Encodings.md, "Run Length Encoding / Bit-Packing Hybrid" and "Bit-packed
// (Deprecated)"; README.md, "Data Pages".
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "format/page_header.h"

namespace pqpack {

// `body` is decompressed.  Nothing where the levels are not `header.num_values` ones, or
// in an encoding that levels can't have.  0 where `max_definition_level` is.
std::optional<int64_t> CountNulls(Bytes body, const DataPageHeader& header,
                                  int16_t max_definition_level, int16_t max_repetition_level);

}  // namespace pqpack
