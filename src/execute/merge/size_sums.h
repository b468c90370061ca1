// SPDX-License-Identifier: Apache-2.0
//
// Size statistics of chunks that become one: sums, where all of them have what is summed.
//
// Pure.
//
// Source: parquet.thrift, SizeStatistics.
#pragma once

#include <optional>

#include "execute/merge/source_pages.h"
#include "format/size_statistics.h"

namespace pqpack {

class SizeSums {
 public:
  void Add(const SourcePages& source);
  std::optional<SizeStatistics> Sum() const;

 private:
  std::optional<SizeStatistics> sum_;
  bool begun_ = false;
};

}  // namespace pqpack
