// SPDX-License-Identifier: Apache-2.0
//
// Decodes the values of a column's pages, keeps their lowest and highest, and forgets them.
// The decoders are those of Parquet's C++ library: here the question is what is in the file,
// and a decoder that is read by millions answers it best.
#pragma once

#include <arrow/memory_pool.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/status.h"
#include "format/schema_element.h"

namespace pqpack {

// Bounds of values as statistics have them.  Absent: there is none that compares (no values,
// NaN only, a type without an order).
struct ValueBounds {
  std::optional<std::string> min;
  std::optional<std::string> max;
  bool nan = false;  // one of the values is, and no bound tells
};

class ValueScan {
 public:
  virtual ~ValueScan() = default;

  // For a column; its physical type is known.  `pool` is borrowed.
  static Result<std::unique_ptr<ValueScan>> Make(const SchemaElement& leaf,
                                                 arrow::MemoryPool* pool);

  // The bits of the chunk's Bloom filter, borrowed: the values that follow are held against them.
  // False for booleans, which no writer puts into one.
  virtual bool SetFilter(Bytes bits) = 0;

  // How many of them the filter denied.  NaNs do not count, since writers make one of all, and a
  // zero may be there with either sign.
  virtual int64_t denied() const = 0;

  // From now on values are held against the one before, across pages.
  virtual void WatchOrder(bool descending) = 0;

  // One was on the wrong side of the one before; NaNs do not count.
  virtual bool out_of_order() const = 0;

  // A chunk's dictionary, for the pages that follow.  kCorrupt, kTooLarge.
  virtual Status SetDictionary(Bytes values, int64_t count) = 0;

  // Decodes the `present` values of a page of `num_values`, nulls included.  kCorrupt: they
  // can't be decoded, or are fewer; kTooLarge: more memory than the pool gives;
  // kUnsupported: an encoding that the library does not read for this type.
  virtual Result<ValueBounds> Scan(Encoding encoding, Bytes values, int64_t num_values,
                                   int64_t present) = 0;
};

// Whether these are INT32 values in DELTA_BINARY_PACKED with miniblocks wider than 32 bits,
// which the library refuses.
bool HasWideMiniblocks(Bytes values);

}  // namespace pqpack
