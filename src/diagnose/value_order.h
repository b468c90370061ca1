// SPDX-License-Identifier: Apache-2.0
//
// How the values of a column compare, by the format's rules for statistics.  Values are the
// bytes that statistics hold: PLAIN, without a length in front.
//
// Pure.
//
// Source: parquet.thrift, ColumnOrder; LogicalTypes.md, the sort order of each type.
#pragma once

#include <string_view>

#include "format/schema_element.h"

namespace pqpack {

class ValueOrder {
 public:
  static ValueOrder Of(const SchemaElement& leaf);

  // False: the format defines none (INT96, INTERVAL, geometry, unknown types).
  bool defined() const { return kind_ != Kind::kUndefined; }

  // The deprecated min and max of Statistics, which compare signed, are in this order: readers use
  // them for such types alone.
  bool is_legacy() const {
    return kind_ == Kind::kSigned32 || kind_ == Kind::kSigned64 || kind_ == Kind::kFloat ||
           kind_ == Kind::kDouble;
  }

  // As many bytes as a value of the type has.
  bool IsValue(std::string_view value) const;
  bool IsNaN(std::string_view value) const;

  // Both are values, none of them NaN.  False where there is no order.
  bool Less(std::string_view a, std::string_view b) const;

 private:
  enum class Kind {
    kUndefined,
    kBoolean,
    kSigned32,
    kUnsigned32,
    kSigned64,
    kUnsigned64,
    kFloat,
    kDouble,
    kFloat16,
    kBytes,       // unsigned, byte by byte
    kBigDecimal,  // two's complement, most significant byte first
  };
  ValueOrder(Kind kind, size_t size) : kind_(kind), size_(size) {}

  Kind kind_;
  size_t size_;  // of a value; 0: any
};

}  // namespace pqpack
