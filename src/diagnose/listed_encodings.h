// SPDX-License-Identifier: Apache-2.0
//
// Whether a footer names the encodings that pages have: readers decide by its lists whether they
// can read a chunk, and whether a dictionary has all of its values.
//
// Pure.
//
// Source: parquet.thrift, ColumnMetaData.encodings and encoding_stats.
#pragma once

#include <string>

#include "format/column_metadata.h"
#include "format/types.h"

namespace pqpack {

// What the footer lacks of a data page in this encoding; empty: nothing.  Both names of a
// dictionary's pages are one encoding to every reader.
std::string NotListed(const ColumnMetaData& chunk, Encoding encoding);

}  // namespace pqpack
