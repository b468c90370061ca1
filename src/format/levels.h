// SPDX-License-Identifier: Apache-2.0
//
// The body of a data page taken apart: repetition levels, definition levels, values;
// and the levels themselves.
//
// V1: the levels stand in front of the values, inside of what is compressed, each
// with its length in front.  V2: they stand in front of what may be compressed, with
// their lengths in the header.  Levels whose maximum is 0 are not there in either.
//
// Source: README.md, "Data Pages"; Encodings.md; parquet.thrift, DataPageHeaderV2.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/bytes.h"
#include "base/status.h"
#include "format/page_header.h"

namespace pqpack {

// What the levels of a column may be at most; those of SchemaTree::Node.
struct MaxLevels {
  int16_t repetition = 0;
  int16_t definition = 0;
};

// Views of the page's body.
struct PageParts {
  Bytes repetition_levels;  // RLE/bit-packed runs without their length
  Bytes definition_levels;
  Bytes values;  // V2: as they are stored, compressed or not
};

// `body` is uncompressed.  kCorrupt: lengths that do not fit; kUnsupported: levels in
// another encoding than RLE (BIT_PACKED is deprecated since 2013).
Result<PageParts> SplitPage(const DataPageHeader& header, Bytes body, MaxLevels max);

// `body` is as stored.
Result<PageParts> SplitPage(const DataPageHeaderV2& header, Bytes body, MaxLevels max);

// The way back, for V1: levels with their lengths and `parts.values`.
std::string JoinPageV1(const PageParts& parts, MaxLevels max);

// The width of levels up to `max`.
int LevelWidth(int16_t max);

// Fills `out` with levels, 0 where max is 0.  kCorrupt as HybridRuns, and for a level above max.
Status DecodeLevels(Bytes runs, int16_t max, std::span<int16_t> out);

// The runs that hold `levels`; none where max is 0.
std::string EncodeLevels(std::span<const int16_t> levels, int16_t max);

}  // namespace pqpack
