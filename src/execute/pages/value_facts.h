// SPDX-License-Identifier: Apache-2.0
//
// What statistics say of slots (values, nulls and empty lists), joined where slots are: of a page
// that was several, of a chunk.
//
// A bound is kept only where it holds for all: where one part has none, and is not known to be
// all null, the whole has none.  Counts are summed only where all parts have them.
//
// Pure.
//
// Source: parquet.thrift, Statistics, ColumnOrder and ColumnIndex; PageIndex.md.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "diagnose/value_order.h"
#include "format/column_index.h"
#include "format/schema_element.h"
#include "format/statistics.h"

namespace pqpack {

struct ValueFacts {
  int64_t slots = 0;
  std::optional<int64_t> nulls;  // slots without a value; absent: not known
  struct Bound {
    std::string value;
    std::optional<bool> exact;
  };
  struct Bounds {
    Bound min, max;
  };
  std::optional<Bounds> bounds;

  bool all_null() const { return nulls == slots; }
};

// Of the column as it is written.
class FactRules {
 public:
  explicit FactRules(const SchemaElement& leaf);

  // What they say, as far as it is possible.  `may_be_null`: the column, where it is read.
  ValueFacts Read(const std::optional<Statistics>& statistics, int64_t slots,
                  bool may_be_null) const;
  void Join(const ValueFacts& more, ValueFacts* all) const;
  std::optional<Statistics> Write(const ValueFacts& facts) const;

  // Of pages in order; absent where one of them has no bounds that are known.
  std::optional<ColumnIndex> IndexOf(std::span<const ValueFacts> pages) const;

 private:
  void NormaliseZeros(ValueFacts::Bounds* bounds) const;
  BoundaryOrder OrderOf(std::span<const ValueFacts> pages) const;

  const ValueOrder order_;
  const size_t sign_at_;  // of floating point numbers, the byte with the sign; 0: other types
};

}  // namespace pqpack
