// SPDX-License-Identifier: Apache-2.0
//
// For tests of merges: files of one column whose pages are put together by hand, as no writer of
// ours writes them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "execute/merge/merge_testing.h"
#include "format/footer.h"
#include "format/levels.h"
#include "format/page_header.h"

namespace pqpack::testing {

// A page before it is put in a frame.  Levels as numbers; none where the column has none.
struct CraftedPage {
  Encoding encoding = Encoding::kPlain;
  std::vector<int16_t> repetition, definition;
  std::string values;
  int32_t slots = 0;  // where there are no levels
  bool v2 = false;
};

// Values in PLAIN, and indices with their width in front.
std::string PlainNumbers(const std::vector<int64_t>& values);
std::string Indices(const std::vector<uint32_t>& indices, int64_t dictionary_size);

struct CraftedColumn {
  // INT64; with a repetition level it is that of an optional list, whose elements are optional
  // where there are 3 definition levels.
  MaxLevels max;
  std::vector<int64_t> dictionary;  // empty: none
  std::vector<CraftedPage> pages;
  int64_t rows = 0;
  std::function<void(FileMetaData&)> change;
};
// Snappy, signed as by a writer that is trusted.
BufferPtr Craft(const CraftedColumn& column);

}  // namespace pqpack::testing
