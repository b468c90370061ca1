// SPDX-License-Identifier: Apache-2.0
//
// The body of a data page taken apart: repetition levels, definition levels, values;
// and the levels themselves.
//
// V1: the levels stand in front of the values, inside of what is compressed, each
// with its length in front.  V2: they stand in front of what may be compressed, with
// their lengths in the header.  Levels whose maximum is 0 are not there in either.
//
// Source: README.md, "Data Pages"; Encodings.md, "Bit-packed (Deprecated)" and what
// hybrid_runs.h names; parquet.thrift, DataPageHeaderV2.
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

// Levels as they are stored: RLE/bit-packed runs without the length in front of them,
// or BIT_PACKED, which writers gave up in 2013.
struct StoredLevels {
  Bytes bytes;
  Encoding encoding = Encoding::kRle;
};

// Views of the page's body.
struct PageParts {
  StoredLevels repetition;
  StoredLevels definition;
  Bytes values;  // V2: as they are stored, compressed or not
};

// What of a header of version 1 tells where the levels end.
struct LevelsV1 {
  int64_t num_values = 0;  // nulls are counted
  Encoding repetition = Encoding::kRle;
  Encoding definition = Encoding::kRle;
};

// The same of version 2: bytes of each.
struct LevelsV2 {
  int64_t repetition = 0;
  int64_t definition = 0;
};

LevelsV1 LevelsOf(const DataPageHeader& header);
LevelsV2 LevelsOf(const DataPageHeaderV2& header);

// `body` is uncompressed.  kCorrupt: lengths that do not fit; kUnsupported: levels in
// an encoding that is not for levels.
Result<PageParts> SplitPage(const LevelsV1& levels, Bytes body, MaxLevels max);

// `body` is as stored.
Result<PageParts> SplitPage(const LevelsV2& lengths, Bytes body, MaxLevels max);

// The way back, for V1: the bytes that it takes, and the page written into so many at `out`.
int64_t SizeOfPageV1(const PageParts& parts, MaxLevels max);
void JoinPageV1(const PageParts& parts, MaxLevels max, uint8_t* out);
std::string JoinPageV1(const PageParts& parts, MaxLevels max);

// The width of levels up to `max`.
int LevelWidth(int16_t max);

// Fills `out` with levels, 0 where max is 0.  kCorrupt: levels that end early, a level
// above max, and what HybridRuns says.
Status DecodeLevels(StoredLevels levels, int16_t max, std::span<int16_t> out);

// The runs that hold `levels`; none where max is 0.
std::string EncodeLevels(std::span<const int16_t> levels, int16_t max);

}  // namespace pqpack
