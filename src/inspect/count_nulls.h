// SPDX-License-Identifier: Apache-2.0
//
// How many values of a data page of version 1 are null, counted from its
// definition levels: its header does not say.  Pure.
//
// Memory: 32 MB at the most.
//
// Source: README.md, "Data Pages"; Encodings.md.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "format/levels.h"
#include "format/page_header.h"

namespace pqpack {

// `body` is decompressed.  Nothing where the levels are not `header.num_values` ones.  0 where
// `max.definition` is.
std::optional<int64_t> CountNulls(Bytes body, const DataPageHeader& header, MaxLevels max);

}  // namespace pqpack
