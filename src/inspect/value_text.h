// SPDX-License-Identifier: Apache-2.0
//
// Bounds in statistics and indexes as people read them: by physical and logical type.
// Pure.
//
// Source: parquet.thrift, Statistics; Encodings.md, "Plain"; LogicalTypes.md.
#pragma once

#include <string>
#include <string_view>

#include "format/schema_element.h"

namespace pqpack {

// "42", "-0.5", "2023-01-31", "2023-01-31 12:00:00.5Z", "12.50", "true", "\"text\"", a UUID;
// "0x00ff" for binary without a meaning and for bytes that are no value of the type.
// Strings keep the file's bytes between their quotes: whoever prints escapes them.
// `element` is the leaf's.
std::string ValueText(std::string_view bytes, const SchemaElement& element);
// With kNone: a type without a meaning.
std::string ValueText(std::string_view bytes, PhysicalType type, const LogicalType& annotation);

}  // namespace pqpack
