// SPDX-License-Identifier: Apache-2.0
//
// Two files of a table, one with a narrower type than the other: the type that holds the
// values of both, where the table's schema says that it is meant.
//
//   integers         -> the wider one, where the table has that or a wider one
//   float, double    -> double, where the table has it
//   decimals         -> the longer precision at the same scale, where the table has that or more
//
// Every value stays what it is.  Pure.
#pragma once

#include <optional>
#include <string_view>

#include "execute/schema_node.h"

namespace pqpack {

// Same physical type, and annotations that mean the same: the plain ones of INT32 and INT64
// need none.
bool SameType(const SchemaNode& a, const SchemaNode& b);

// A leaf with the type that both become (name, repetition and field id are a's); absent where
// there is no such type, or the table does not have it.  `table_type` is the catalog's text.
std::optional<SchemaNode> WiderType(const SchemaNode& a, const SchemaNode& b,
                                    std::string_view table_type);

// From the type of a file to that of the output, which WiderType() gave.
Conversion ConversionTo(const SchemaNode& output, const SchemaNode& source);

}  // namespace pqpack
