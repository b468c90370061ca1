// SPDX-License-Identifier: Apache-2.0
//
// The Bloom filter of a chunk that a merge made: of the values that are in it.  What the inputs'
// filters say is not looked at, so one that lies can't make rows disappear; that they are there
// tells that somebody wants them.
//
// Source: BloomFilter.md; of zeros and NaNs see the .cc.
#pragma once

#include <arrow/buffer.h>

#include <memory>
#include <span>
#include <string>

#include "base/status.h"
#include "execute/merge/merge_column.h"
#include "execute/merge/merge_setup.h"
#include "format/column_metadata.h"

namespace pqpack {

// What becomes of the filters of the chunks that become one.
struct FilterChoice {
  bool made = false;
  std::string dropped;  // why some chunks have one and what they become has none; else empty
};

// The filters of chunks that become one, by their footers.
class FilterSums {
 public:
  void Add(const ColumnMetaData& chunk);

  // A filter is made where chunks with at least half of the values have one: DuckDB writes none for
  // a chunk whose dictionary does not pay, so of small files of one table some lack it.
  FilterChoice Choose(const MergeSetup& setup, size_t leaf) const;

 private:
  bool any_ = false;
  double with_ = 0, without_ = 0;  // values, as footers say: they may say anything
};
FilterChoice ChooseFilter(const MergeSetup& setup, size_t leaf,
                          std::span<const OpenSource> sources);

// Header and bits; null: the chunk has too many different values.  Reads the chunk's pages again:
// where all values are in its dictionary, that alone.  kTooLarge: the pool is too small.
Result<std::shared_ptr<arrow::Buffer>> MakeFilter(const MergeSetup& setup, size_t leaf,
                                                  const HeldColumn& column);

// `column` gets its filter, or the reason why it has none.
Status AddFilter(const MergeSetup& setup, size_t leaf, std::span<const OpenSource> sources,
                 HeldColumn* column);

}  // namespace pqpack
